package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final RetryBudget budget = new RetryBudget();
  private final SecondCounts loop = budget.joined();
  private final SecondCounts otherLoop = budget.joined();

  @Test
  void allowsThreeASecondToTheQuietestAgent() {
    for (int second = -5; second < 20; second++) {
      assertThat(take(second, 10)).isEqualTo(3);
    }
  }

  @Test
  void allowsAFifthOfTheCalls() {
    call(100, 1000);
    assertThat(take(100, 1000)).isEqualTo(200);
    call(101, 1000);
    assertThat(take(101, 1000)).isEqualTo(200);
  }

  @Test
  void keepsToAFifthOverAllWhenEveryCallFails() {
    int calls = 0;
    int again = 0;
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 100; i++) {
        call(second, 1);
        again += take(second, 1);
      }
      calls += 100;
    }
    assertThat(again).isLessThanOrEqualTo(calls / 5 + 60 * 3).isGreaterThan(calls / 6);
  }

  @Test
  void forgetsAfterTenSeconds() {
    call(0, 1000);
    assertThat(take(11, 1000)).isEqualTo(3);
  }

  @Test
  void aLoopThatEndsTakesItsCallsAway() {
    call(50, 1000);
    budget.left(otherLoop);
    assertThat(take(50, 1000)).isEqualTo(100);
  }

  @Test
  void threadsMayRepeatAtOnce() throws InterruptedException {
    SecondCounts counts = new SecondCounts();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                n ->
                    new Thread(
                        () -> IntStream.range(0, 10_000).forEach(i -> counts.add(7_000_000_000L))))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertThat(counts.lately(8_000_000_000L)).isEqualTo(40_000);
    assertThat(counts.now(8_000_000_000L)).isZero();
  }

  private void call(long second, int count) {
    for (int i = 0; i < count; i++) {
      (i % 2 == 0 ? loop : otherLoop).addAlone(TimeUnit.SECONDS.toNanos(second));
    }
  }

  private int take(long second, int wish) {
    long now = TimeUnit.SECONDS.toNanos(second);
    int taken = 0;
    for (int i = 0; i < wish && budget.allows(now); i++) {
      budget.repeated(now);
      taken++;
    }
    return taken;
  }
}
