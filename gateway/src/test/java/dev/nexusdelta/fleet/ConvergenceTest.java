package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.Convergence.Facts;
import dev.nexusdelta.fleet.Operation.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static Facts facts(int wanted, int ready, int present) {
    return new Facts(5, wanted, ready, ready, present, true, false, false, "", List.of());
  }

  private static Facts stuck(int ready, int servingReady, boolean gaveUp) {
    return new Facts(
        5, 2, ready, servingReady, 2, true, gaveUp, true, "exit code 1", List.of("boom"));
  }

  private static State state(String kind, Facts facts) {
    return Convergence.of(kind, 5, facts).state();
  }

  @Test
  void runsUntilItsRevisionIsTakenUp() {
    assertThat(Convergence.of("start", 6, facts(1, 1, 1)).state()).isEqualTo(State.RUNNING);
    assertThat(Convergence.of("start", 5, facts(1, 1, 1)).state()).isEqualTo(State.DONE);
  }

  @Test
  void isDoneWhenExactlyTheWantedAreHealthy() {
    assertThat(state("scale", facts(3, 2, 3))).isEqualTo(State.RUNNING);
    assertThat(state("scale", facts(3, 3, 4))).isEqualTo(State.RUNNING);
    assertThat(state("scale", facts(3, 3, 3))).isEqualTo(State.DONE);
  }

  @Test
  void aStopIsDoneWhenNothingIsLeft() {
    assertThat(state("stop", facts(0, 0, 1))).isEqualTo(State.RUNNING);
    assertThat(state("stop", facts(0, 0, 0))).isEqualTo(State.DONE);
  }

  @Test
  void failsWithTheCauseWhenStuck() {
    Convergence.Progress failed = Convergence.of("change", 5, stuck(0, 2, true));
    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.detail()).isEqualTo("exit code 1");
    assertThat(failed.lastLines()).containsExactly("boom");
    assertThat(state("start", stuck(1, 1, false))).isEqualTo(State.FAILED);
  }

  @Test
  void scalingWhatServesOnIsNoFailureOfItsOwn() {
    assertThat(state("scale", stuck(0, 2, true))).isEqualTo(State.DONE);
    assertThat(state("scale", stuck(0, 1, true))).isEqualTo(State.RUNNING);
  }

  @Test
  void uncountableAgentsAreThereWithTheFirst() {
    Facts facts = new Facts(5, 2, 1, 1, 2, false, false, false, "", List.of());
    assertThat(state("start", facts)).isEqualTo(State.DONE);
  }

  @Test
  void saysThatItWasSuperseded() {
    assertThat(Convergence.of("change", 4, facts(1, 1, 1)).detail())
        .startsWith("superseded by revision 5");
    assertThat(Convergence.of("change", 4, facts(1, 0, 1)).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void anAgentOfWhichNothingIsLeftIsDeleted() {
    assertThat(state("delete", Convergence.nothing(5))).isEqualTo(State.DONE);
  }
}
