package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.proxy.WaitingRoom.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
  private final ConcurrentHashMap<String, AtomicInteger> lengths = new ConcurrentHashMap<>();
  private final WaitingRoom room = new WaitingRoom(lengths);
  private final WaitingRoom other = new WaitingRoom(lengths);
  private final List<String> turns = new ArrayList<>();

  @Test
  void boundsTheWaitingOfAllLoopsTogether() {
    assertThat(room.enter("math", waiter("a", Turn.GONE), 2)).isTrue();
    assertThat(other.enter("math", waiter("b", Turn.GONE), 2)).isTrue();
    assertThat(room.enter("math", waiter("c", Turn.GONE), 2)).isFalse();
    assertThat(room.enter("text", waiter("d", Turn.GONE), 2)).isTrue();
    assertThat(lengths.get("math")).hasValue(2);
    other.wake("math");
    assertThat(lengths.get("math")).hasValue(1);
    assertThat(room.total()).isEqualTo(2);
    assertThat(other.total()).isZero();
  }

  @Test
  void servesInOrderUntilNothingIsFree() {
    room.enter("math", waiter("a", Turn.GONE), 9);
    room.enter("math", waiter("b", Turn.WAITS), 9);
    room.enter("math", waiter("c", Turn.GONE), 9);
    room.enter("math", waiter("d", Turn.NONE_FREE), 9);
    room.enter("math", waiter("e", Turn.GONE), 9);
    room.wake("math");
    assertThat(turns).containsExactly("a", "b", "c", "d");
    assertThat(room.total()).isEqualTo(3);
    assertThat(room.hasWaiting("math")).isTrue();
  }

  @Test
  void forgetsThoseWhoLeave() {
    WaitingRoom.Waiter waiter = waiter("a", Turn.GONE);
    room.enter("math", waiter, 9);
    room.leave("math", waiter);
    room.leave("math", waiter);
    room.wakeAll();
    assertThat(turns).isEmpty();
    assertThat(room.hasWaiting("math")).isFalse();
    assertThat(lengths.get("math")).hasValue(0);
  }

  @Test
  void aWaiterMayLeaveInItsTurn() {
    List<WaitingRoom.Waiter> self = new ArrayList<>();
    self.add(
        () -> {
          room.leave("math", self.get(0));
          return Turn.GONE;
        });
    room.enter("math", self.get(0), 9);
    room.enter("math", waiter("b", Turn.GONE), 9);
    room.wake("math");
    assertThat(turns).containsExactly("b");
    assertThat(lengths.get("math")).hasValue(0);
    assertThat(room.total()).isZero();
  }

  private WaitingRoom.Waiter waiter(String name, Turn turn) {
    return () -> {
      turns.add(name);
      return turn;
    };
  }
}
