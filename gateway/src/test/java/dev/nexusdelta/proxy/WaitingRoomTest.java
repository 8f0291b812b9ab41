package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.proxy.WaitingRoom.Ticket;
import dev.nexusdelta.proxy.WaitingRoom.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
  private final ConcurrentHashMap<String, AtomicInteger> lengths = new ConcurrentHashMap<>();
  private final WaitingRoom room = new WaitingRoom(lengths);
  private final WaitingRoom other = new WaitingRoom(lengths);
  private final List<String> turns = new ArrayList<>();

  @Test
  void boundsTheWaitingOfAllLoopsTogether() {
    assertThat(room.enter("math", WaitingRoom.ANY, waiter("a", Turn.GONE), 1, 0, 2)).isNotNull();
    assertThat(other.enter("math", "tool", waiter("b", Turn.GONE), 1, 0, 2)).isNotNull();
    assertThat(room.enter("math", WaitingRoom.ANY, waiter("c", Turn.GONE), 1, 0, 2)).isNull();
    assertThat(room.enter("text", WaitingRoom.ANY, waiter("d", Turn.GONE), 1, 0, 2)).isNotNull();
    assertThat(lengths.get("math")).hasValue(2);
    other.wake("math");
    assertThat(lengths.get("math")).hasValue(1);
    assertThat(room.total()).isEqualTo(2);
    assertThat(other.total()).isZero();
  }

  @Test
  void servesTheNearestDeadlineFirstUntilNothingIsFree() {
    enter("late", 50, Turn.GONE);
    enter("soon", 10, Turn.GONE);
    enter("alike 1", 20, Turn.GONE);
    enter("alike 2", 20, Turn.GONE);
    enter("full", 30, Turn.NONE_FREE);
    room.wake("math");
    assertThat(turns).containsExactly("soon", "alike 1", "alike 2", "full");
    assertThat(room.total()).isEqualTo(2);
  }

  @Test
  void ordersDeadlinesWhereTheClockOverflows() {
    enter("second", Long.MIN_VALUE + 5, Turn.GONE);
    enter("first", Long.MAX_VALUE - 5, Turn.GONE);
    room.wake("math");
    assertThat(turns).containsExactly("first", "second");
  }

  @Test
  void aToolAtItsLimitHoldsUpItsOwnLineOnly() {
    room.enter("math", "slow", waiter("slow 1", Turn.WAITS), 1, 0, 9);
    room.enter("math", "slow", waiter("slow 2", Turn.GONE), 2, 0, 9);
    room.enter("math", "fast", waiter("fast", Turn.GONE), 3, 0, 9);
    enter("any", 4, Turn.GONE);
    room.wake("math");
    assertThat(turns).containsExactly("slow 1", "fast", "any");
    assertThat(room.hasWaiting("math", "slow")).isTrue();
    assertThat(room.hasWaiting("math", WaitingRoom.ANY)).isFalse();
  }

  @Test
  void thoseWhoWereElsewhereEachHaveATurn() {
    for (int i = 0; i < 5; i++) {
      room.enter(
          "math", AgentQueue.CHOOSY, waiter("c" + i, i == 3 ? Turn.GONE : Turn.WAITS), i, 0, 99);
    }
    enter("any", 100, Turn.GONE);
    room.wake("math");
    assertThat(turns).containsExactly("c0", "c1", "c2", "c3", "c4", "any");
    assertThat(room.total()).isEqualTo(4);
  }

  @Test
  void oneFreePlaceDoesNotAskHundreds() {
    for (int i = 0; i < 500; i++) {
      room.enter("math", AgentQueue.CHOOSY, waiter("c" + i, Turn.WAITS), i, 0, 999);
    }
    room.wake("math");
    assertThat(turns).hasSizeLessThan(40);
  }

  @Test
  void forgetsThoseWhoLeave() {
    Ticket ticket = enter("a", 1, Turn.GONE);
    assertThat(ticket).isNotNull();
    if (ticket != null) {
      room.leave(ticket);
      room.leave(ticket);
    }
    room.wakeAll();
    assertThat(turns).isEmpty();
    assertThat(room.hasWaiting("math", WaitingRoom.ANY)).isFalse();
    assertThat(lengths.get("math")).hasValue(0);
  }

  @Test
  void aWaiterMayLeaveInItsTurnAndEnterAgain() {
    List<Ticket> tickets = new ArrayList<>();
    WaitingRoom.Waiter self =
        () -> {
          turns.add("self");
          tickets.forEach(room::leave);
          room.enter("math", WaitingRoom.ANY, waiter("again", Turn.NONE_FREE), 0, 0, 9);
          return Turn.GONE;
        };
    tickets.add(room.enter("math", WaitingRoom.ANY, self, 1, 0, 9));
    enter("b", 2, Turn.GONE);
    room.wake("math");
    assertThat(turns).containsExactly("self", "again");
    assertThat(lengths.get("math")).hasValue(2);
    assertThat(room.total()).isEqualTo(2);
  }

  @Test
  void knowsHowLongTheFirstHasWaitedWhateverItsDeadline() {
    assertThat(room.oldestWait("math", 100)).isZero();
    Ticket first = room.enter("math", "tool", waiter("first", Turn.WAITS), 90, 10, 9);
    room.enter("math", WaitingRoom.ANY, waiter("second", Turn.WAITS), 20, 15, 9);
    assertThat(room.oldestWait("math", 100)).isEqualTo(90);
    assertThat(room.size("math")).isEqualTo(2);
    assertThat(room.size("text")).isZero();
    room.leave(Objects.requireNonNull(first));
    assertThat(room.oldestWait("math", 100)).isEqualTo(85);
  }

  private @Nullable Ticket enter(String name, long end, Turn turn) {
    return room.enter("math", WaitingRoom.ANY, waiter(name, turn), end, 0, 9);
  }

  private WaitingRoom.Waiter waiter(String name, Turn turn) {
    return () -> {
      turns.add(name);
      return turn;
    };
  }
}
