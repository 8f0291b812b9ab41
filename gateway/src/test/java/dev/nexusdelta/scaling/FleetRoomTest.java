package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class FleetRoomTest {
  private static final long MIB = 1 << 20;

  @Test
  void bindsNothingWithoutCaps() {
    FleetRoom fleet = FleetRoom.within(OptionalInt.empty(), OptionalLong.empty()).plus(9, MIB);

    assertThat(fleet.room(9, MIB)).isEqualTo(FleetRoom.Room.NO_CAP);
  }

  @Test
  void leavesToOneWhatTheOthersDoNotHave() {
    FleetRoom fleet =
        FleetRoom.within(OptionalInt.of(10), OptionalLong.empty()).plus(3, MIB).plus(2, MIB);

    assertThat(fleet.room(2, MIB)).isEqualTo(new FleetRoom.Room(7, "fleet.replicas"));
  }

  @Test
  void namesTheTighterCap() {
    FleetRoom fleet =
        FleetRoom.within(OptionalInt.of(10), OptionalLong.of(1_000 * MIB))
            .plus(3, 200 * MIB)
            .plus(1, 100 * MIB);

    assertThat(fleet.room(1, 100 * MIB)).isEqualTo(new FleetRoom.Room(4, "fleet.memory"));
    assertThat(fleet.room(1, 10 * MIB)).isEqualTo(new FleetRoom.Room(7, "fleet.replicas"));
    assertThat(fleet.room(1, 0)).isEqualTo(new FleetRoom.Room(7, "fleet.replicas"));
  }

  @Test
  void takesNothingAwayWhenTheFleetIsTooLargeAlready() {
    FleetRoom fleet =
        FleetRoom.within(OptionalInt.of(4), OptionalLong.of(100 * MIB)).plus(6, 90 * MIB);

    assertThat(fleet.room(6, 90 * MIB).replicas()).isEqualTo(6);
    assertThat(fleet.room(0, 90 * MIB).replicas()).isZero();
  }

  @Test
  void givesBackWhatAnAgentGivesUp() {
    FleetRoom full = FleetRoom.within(OptionalInt.of(4), OptionalLong.empty()).plus(4, MIB);

    assertThat(full.plus(-2, MIB).room(0, MIB).replicas()).isEqualTo(2);
  }
}
