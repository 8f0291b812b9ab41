package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong clock = new AtomicLong(TimeUnit.DAYS.toNanos(3));
  private Alarms alarms;

  @BeforeEach
  void open() {
    on(() -> alarms = new Alarms(vertx, clock::get));
  }

  @AfterEach
  void close() {
    on(alarms::close);
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void ringsNeverEarlyAndAtMostTwoTicksLate() {
    Random random = new Random(7);
    AtomicInteger left = new AtomicInteger(500);
    for (int i = 0; i < 500; i++) {
      long at = clock.get() + random.nextLong(TimeUnit.SECONDS.toNanos(30));
      Alarms.Alarm alarm =
          new Alarms.Alarm(
              () -> {
                long late = clock.get() - at;
                assertThat(late).isBetween(0L, TimeUnit.MILLISECONDS.toNanos(20));
                left.decrementAndGet();
              });
      on(() -> alarms.set(alarm, at));
    }
    for (int i = 0; i < 6001 && left.get() > 0; i++) {
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
      on(alarms::tick);
    }
    assertThat(left).hasValue(0);
  }

  @Test
  void aStoppedAlarmIsSilentAndOneSetAgainRingsOnce() {
    AtomicInteger rung = new AtomicInteger();
    Alarms.Alarm stopped = new Alarms.Alarm(rung::incrementAndGet);
    Alarms.Alarm moved = new Alarms.Alarm(rung::incrementAndGet);
    long soon = clock.get() + TimeUnit.MILLISECONDS.toNanos(30);
    on(
        () -> {
          alarms.set(stopped, soon);
          alarms.stop(stopped);
          alarms.set(moved, soon);
          alarms.set(moved, soon + TimeUnit.SECONDS.toNanos(1));
        });
    pass(500);
    assertThat(rung).hasValue(0);
    pass(700);
    assertThat(rung).hasValue(1);
    pass(20_000);
    assertThat(rung).hasValue(1);
  }

  @Test
  void whatRangMayStopAndSetOthers() {
    AtomicInteger rung = new AtomicInteger();
    Alarms.Alarm other = new Alarms.Alarm(rung::incrementAndGet);
    Alarms.Alarm next = new Alarms.Alarm(rung::incrementAndGet);
    long soon = clock.get() + TimeUnit.MILLISECONDS.toNanos(30);
    on(
        () -> {
          alarms.set(
              new Alarms.Alarm(
                  () -> {
                    alarms.stop(other);
                    alarms.set(next, soon - 1);
                  }),
              soon);
          alarms.set(other, soon);
        });
    pass(100);
    assertThat(rung).hasValue(1);
  }

  @Test
  void aLoopThatWasBusyForLongMissesNone() {
    AtomicInteger rung = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      long at = clock.get() + TimeUnit.MILLISECONDS.toNanos(100L * i);
      on(() -> alarms.set(new Alarms.Alarm(rung::incrementAndGet), at));
    }
    clock.addAndGet(TimeUnit.SECONDS.toNanos(60));
    on(alarms::tick);
    assertThat(rung).hasValue(100);
  }

  private void pass(int millis) {
    for (int i = 0; i < millis; i += 10) {
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
      on(alarms::tick);
    }
  }

  private void on(Runnable action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        run -> {
          try {
            action.run();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    done.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
