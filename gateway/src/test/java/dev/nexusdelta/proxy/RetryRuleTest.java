package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.proxy.RetryRule.Decision;
import dev.nexusdelta.proxy.RetryRule.Facts;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
  /** Every combination of the seven facts, for calls that came in here. */
  private static Stream<Facts> all() {
    return all(false);
  }

  private static Stream<Facts> all(boolean passedOn) {
    return IntStream.range(0, 128)
        .mapToObj(
            bits ->
                new Facts(
                    (bits & 1) != 0,
                    (bits & 2) != 0,
                    (bits & 4) != 0,
                    (bits & 8) != 0,
                    (bits & 16) != 0,
                    (bits & 32) != 0,
                    (bits & 64) != 0,
                    passedOn));
  }

  @Test
  void neverRepeatsWhatAnotherGatewayHasPassedOn() {
    assertThat(all(true))
        .hasSize(128)
        .allMatch(facts -> RetryRule.decide(facts) == Decision.PASSED_ON);
  }

  @Test
  void neverRepeatsWhatMayHaveRunUnlessTheToolBearsIt() {
    assertThat(all().filter(facts -> facts.executed() && !facts.repeatable()))
        .noneMatch(facts -> RetryRule.decide(facts).isAgain());
  }

  @Test
  void neverRepeatsAfterAByteOfAnswer() {
    assertThat(all().filter(Facts::answerBegun))
        .allMatch(facts -> RetryRule.decide(facts) == Decision.ANSWER_BEGUN);
  }

  @Test
  void neverRepeatsWithoutBodyTimeOrBudget() {
    assertThat(all().filter(facts -> !facts.bodyWhole() || !facts.timeLeft() || !facts.budget()))
        .noneMatch(facts -> RetryRule.decide(facts).isAgain());
  }

  @Test
  void neverSendsToATriedReplica() {
    assertThat(all().filter(facts -> !facts.untried()))
        .noneMatch(facts -> RetryRule.decide(facts) == Decision.SEND);
  }

  @Test
  void repeatsEverythingElse() {
    assertThat(
            all()
                .filter(facts -> !facts.executed() || facts.repeatable())
                .filter(facts -> facts.bodyWhole() && !facts.answerBegun())
                .filter(facts -> facts.timeLeft() && facts.budget()))
        .hasSize(6)
        .allMatch(
            facts -> RetryRule.decide(facts) == (facts.untried() ? Decision.SEND : Decision.WAIT));
  }

  /** The contract, sentence by sentence, as another person would write it down. */
  private static boolean mayBeSentAgain(Facts facts) {
    boolean notExecuted = !facts.executed();
    boolean hinted = facts.repeatable();
    boolean allowed = notExecuted || hinted;
    boolean forbidden =
        !facts.timeLeft() || facts.answerBegun() || !facts.budget() || !facts.bodyWhole();
    return allowed && !forbidden;
  }

  @Test
  void agreesWithTheContractOnEveryCombination() {
    assertThat(all()).hasSize(128);
    assertThat(all())
        .allSatisfy(
            facts -> {
              Decision expected =
                  !mayBeSentAgain(facts) ? null : facts.untried() ? Decision.SEND : Decision.WAIT;
              Decision decision = RetryRule.decide(facts);
              assertThat(decision.isAgain() ? decision : null).isEqualTo(expected);
            });
  }

  @Test
  void namesAReasonThatHolds() {
    assertThat(all())
        .allSatisfy(
            facts ->
                assertThat(
                        switch (RetryRule.decide(facts)) {
                          case PASSED_ON -> facts.passedOn();
                          case ANSWER_BEGUN -> facts.answerBegun();
                          case UNSAFE -> facts.executed() && !facts.repeatable();
                          case BODY_GONE -> !facts.bodyWhole();
                          case TOO_LATE -> !facts.timeLeft();
                          case OVER_BUDGET -> !facts.budget();
                          case SEND -> facts.untried();
                          case WAIT -> !facts.untried();
                        })
                    .isTrue());
  }
}
