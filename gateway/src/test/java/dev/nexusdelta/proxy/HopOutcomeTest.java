package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.problem.ProblemCode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HopOutcomeTest {
  /** What says that a call was not executed, so that it may be sent elsewhere whatever it does. */
  private static final Set<HopOutcome> NOT_EXECUTED =
      EnumSet.of(HopOutcome.BUSY, HopOutcome.GONE, HopOutcome.UNPROVED);

  @Test
  void onlyWhatComesBeforeSendingFreesACallForAnother() {
    for (ProblemCode code : ProblemCode.values()) {
      boolean before =
          code == ProblemCode.REPLICA_BUSY
              || code == ProblemCode.REPLICA_UNAVAILABLE
              || code == ProblemCode.SHEDDING;
      assertThat(NOT_EXECUTED.contains(HopOutcome.of(code, true))).as("%s", code).isEqualTo(before);
      assertThat(NOT_EXECUTED.contains(HopOutcome.of(code, false)))
          .as("%s", code)
          .isEqualTo(before || code == ProblemCode.DRAINING);
    }
    assertThat(HopOutcome.of(ProblemCode.DRAINING, true)).isEqualTo(HopOutcome.BROKE);
    assertThat(HopOutcome.of(ProblemCode.REPLICA_BROKE, true)).isEqualTo(HopOutcome.BROKE);
    assertThat(HopOutcome.of(ProblemCode.DEADLINE_EXCEEDED, true)).isEqualTo(HopOutcome.LATE);
    assertThat(HopOutcome.of(ProblemCode.TOO_LARGE, true)).isEqualTo(HopOutcome.REFUSED);
  }

  @Test
  void nothingIsSaidWhereNobodyAnswered() {
    assertThat(HopOutcome.of(new NotSent("refused", ""))).isEqualTo(HopOutcome.FAILED);
    assertThat(HopOutcome.of(new Broken("connection_terminated", ""))).isEqualTo(HopOutcome.FAILED);
  }
}
