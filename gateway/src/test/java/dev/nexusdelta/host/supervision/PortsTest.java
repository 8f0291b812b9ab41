package dev.nexusdelta.host.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortsTest {
  private static final OptionalInt NO_WISH = OptionalInt.empty();
  private final Set<Integer> taken = new HashSet<>();
  private long now = Long.MAX_VALUE - 5;
  private final Ports ports = new Ports(8081, 8083, p -> !taken.contains(p), () -> now, () -> 0);

  @Test
  void theFirstReplicaGetsItsWish() {
    assertThat(ports.take("a", OptionalInt.of(9000))).hasValue(9000);
  }

  @Test
  void aWishThatIsInUseGivesTheNextFreeOneOfTheRange() {
    taken.add(9000);
    taken.add(8081);

    assertThat(ports.take("a", OptionalInt.of(9000))).hasValue(8082);
  }

  @Test
  void furtherReplicasGetHighPorts() {
    ports.take("a", NO_WISH);

    assertThat(ports.take("a", OptionalInt.of(8082))).hasValue(20_000);
    assertThat(ports.take("a", NO_WISH)).hasValue(20_001);
    assertThat(ports.take("b", NO_WISH)).hasValue(8082);
  }

  @Test
  void furtherPortsBeginAnywhereAndGoRound() {
    Ports late = new Ports(8081, 8083, p -> true, () -> now, () -> (9_999L << 1) << 32);
    late.take("a", NO_WISH);

    assertThat(late.take("a", NO_WISH)).hasValue(29_999);
    assertThat(late.take("a", NO_WISH)).hasValue(20_000);
  }

  @Test
  void aFullRangeGoesOnInHighPorts() {
    taken.addAll(Set.of(8081, 8082, 8083));

    assertThat(ports.take("a", NO_WISH)).hasValue(20_000);
  }

  @Test
  void aFreedPortRestsForOthersButNotForTheSameAgent() {
    ports.take("a", OptionalInt.of(8081));
    ports.free(8081);

    assertThat(ports.take("b", OptionalInt.of(8081))).hasValue(8082);
    assertThat(ports.take("a", OptionalInt.of(8081))).hasValue(8081);
  }

  @Test
  void aFreedPortIsForAnybodyAfter30Seconds() {
    ports.take("a", OptionalInt.of(8081));
    ports.free(8081);
    now += Duration.ofSeconds(30).toNanos();

    assertThat(ports.take("b", OptionalInt.of(8081))).hasValue(8081);
  }

  @Test
  void anAdoptedPortIsHeld() {
    ports.hold(8081, "a");

    assertThat(ports.take("a", OptionalInt.of(8081))).hasValue(20_000);
    assertThat(ports.take("b", OptionalInt.of(8081))).hasValue(8082);
  }

  @Test
  void thereMayBeNone() {
    Ports none = new Ports(8081, 8083, p -> false, () -> now, () -> 0);

    assertThat(none.take("a", OptionalInt.of(9000))).isEmpty();
  }
}
