package dev.nexusdelta.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.manifest.AgentName;
import org.junit.jupiter.api.Test;

final class PendingAgentsTest {
  private static final AgentName ONE = new AgentName("One");
  private static final AgentName TWO = new AgentName("Two");

  private final PendingAgents pending = new PendingAgents();

  @Test
  void whoWaitsForLongestIsFirstAndKeepsItsPlace() {
    pending.add(TWO, 5);
    pending.add(ONE, 6);
    pending.add(TWO, 7);
    assertThat(pending.ready()).containsExactly(TWO, ONE);
    assertThat(pending.oldest()).hasValue(5);
    assertThat(pending.size()).isEqualTo(2);
  }

  @Test
  void ofAnAgentOneStepAtATimeIsUnderWay() {
    pending.add(ONE, 5);
    pending.begin(ONE);
    pending.add(ONE, 9);
    assertThat(pending.ready()).isEmpty();
    assertThat(pending.contains(ONE)).isTrue();
    assertThat(pending.size()).isEqualTo(1);
    assertThat(pending.underWay()).isEqualTo(1);
    assertThatThrownBy(() -> pending.begin(ONE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatHasToBeLookedAtAgainHasWaitedSinceItsFirstTime() {
    pending.add(ONE, 5);
    pending.begin(ONE);
    pending.add(ONE, 9);
    pending.end(ONE, true);
    assertThat(pending.oldest()).hasValue(5);
    pending.begin(ONE);
    pending.end(ONE, false);
    assertThat(pending.contains(ONE)).isFalse();
    assertThat(pending.oldest()).isEmpty();
  }
}
