package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An event loop in virtual time: what is ready is read at once, then worked off, then again. */
class ShedControlTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long CALL = SECOND / 1_000;
  private static final long REFUSAL = CALL * 2 / 3;

  private final Deque<Client> unread = new ArrayDeque<>();
  private final List<Client> clients = new ArrayList<>();
  private long now = 5;
  private final ShedControl control = new ShedControl(now);

  /** A connection that asks again a while after each answer. */
  private static final class Client {
    final ShedShare share;
    final long pause;
    long readyAt;
    boolean paused;
    int good;
    int refused;
    long waited;

    Client(ShedShare share, long pause, long readyAt) {
      this.share = share;
      this.pause = pause;
      this.readyAt = readyAt;
    }
  }

  private List<Client> add(int count, double callsPerSecond) {
    ShedShare share = new ShedShare();
    List<Client> added = new ArrayList<>();
    long pause = (long) (SECOND * count / callsPerSecond);
    for (int i = 0; i < count; i++) {
      added.add(new Client(share, pause, now + pause * i / count));
    }
    clients.addAll(added);
    return added;
  }

  /** Runs the loop; every 20 ms it may read paused connections again. */
  private void run(double seconds) {
    long end = now + (long) (seconds * SECOND);
    long nextTick = now;
    while (now < end) {
      if (now >= nextTick) {
        nextTick = now + 20_000_000L;
        int resumed = unread.isEmpty() ? 0 : control.mayResume(now);
        for (int i = 0; i < resumed && !unread.isEmpty(); i++) {
          unread.removeFirst().paused = false;
        }
      }
      long batch = now;
      int handled = 0;
      boolean measured = false;
      for (Client client : clients) {
        if (!client.paused && client.readyAt <= batch) {
          measured |= control.measures(now);
          serve(client);
          handled++;
        }
      }
      if (measured) {
        control.reached(now);
      }
      if (handled == 0) {
        now += 200_000;
      }
    }
  }

  private void serve(Client client) {
    client.waited = Math.max(client.waited, now - client.readyAt);
    if (control.takes(client.share, now)) {
      now += CALL;
      control.ended();
      client.good++;
    } else {
      now += REFUSAL;
      client.refused++;
      client.paused = true;
      unread.addLast(client);
    }
    client.readyAt = now + client.pause;
  }

  private static int good(List<Client> of) {
    return of.stream().mapToInt(client -> client.good).sum();
  }

  private static int refused(List<Client> of) {
    return of.stream().mapToInt(client -> client.refused).sum();
  }

  private void forget() {
    clients.forEach(
        client -> {
          client.good = 0;
          client.refused = 0;
          client.waited = 0;
        });
  }

  @Test
  void refusesNothingBelowCapacity() {
    List<Client> all = add(50, 900);
    run(30);
    assertThat(refused(all)).isZero();
    assertThat(control.isShedding()).isFalse();
    assertThat(good(all)).isGreaterThan(24_000);
  }

  @Test
  void keepsMostOfItsCapacityAtFiveTimesTheLoad() {
    List<Client> all = add(2_000, 5_000);
    run(10);
    forget();
    run(30);
    assertThat(control.isShedding()).isTrue();
    assertThat(good(all) / 30.0).isGreaterThan(850);
    assertThat(refused(all)).isPositive();
  }

  @Test
  void keepsItAtFiftyTimesTheLoadToo() {
    List<Client> all = add(5_000, 50_000);
    run(20);
    forget();
    run(30);
    assertThat(good(all) / 30.0).isGreaterThan(750);
  }

  @Test
  void isItselfAgainSoonAfterTheFlood() {
    List<Client> flood = add(2_000, 5_000);
    run(20);
    clients.removeAll(flood);
    unread.clear();
    List<Client> usual = add(20, 300);
    run(5);
    forget();
    run(10);
    assertThat(refused(usual)).isZero();
    assertThat(good(usual)).isGreaterThan(2_800);
    assertThat(control.isShedding()).isFalse();
  }

  @Test
  void anAgentWithinItsShareIsNotRefusedBecauseOfOneThatFloods() {
    List<Client> modest = add(20, 150);
    List<Client> flood = add(2_000, 5_000);
    run(15);
    forget();
    run(30);
    assertThat(control.isShedding()).isTrue();
    assertThat(refused(modest)).isLessThan(good(modest) / 50);
    assertThat(good(modest)).isGreaterThan(2_000);
    assertThat(good(flood)).isGreaterThan(17_000);
  }

  @Test
  void aMomentOfDelayIsNoOverload() {
    ShedShare share = new ShedShare();
    for (int i = 0; i < 1_000; i++) {
      assertThat(control.measures(now)).isTrue();
      assertThat(control.takes(share, now)).isTrue();
      now += i % 2 == 0 ? 10_000_000L : 300_000_000L;
      control.reached(now);
      now += 5_000_000L;
    }
    assertThat(control.isShedding()).isFalse();
  }

  @Test
  void fewCallsAreNotRefusedForWhatOthersDoToTheLoop() {
    ShedShare share = new ShedShare();
    for (int burst = 0; burst < 200; burst++) {
      for (int call = 0; call < 90; call++) {
        control.measures(now);
        assertThat(control.takes(share, now)).isTrue();
      }
      now += SECOND;
      control.reached(now);
    }
    assertThat(control.isShedding()).isFalse();
  }
}
