package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final RetryBudget budget = new RetryBudget();

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

  private void call(long second, int count) {
    for (int i = 0; i < count; i++) {
      budget.called(TimeUnit.SECONDS.toNanos(second));
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
