package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.load.AgentLoad;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
  private final LoadMeter meter = new LoadMeter(at(0));

  @Test
  void addsUpForHowLongEachCallWasThere() {
    meter.began(at(100));
    meter.began(at(300));
    meter.ended(at(400));
    meter.answered(ms(30));
    AgentLoad first = meter.take(1, Duration.ofMillis(7), at(1000));
    // One from 100 to 300, two to 400, one to 1000.
    assertThat(first)
        .isEqualTo(new AgentLoad(2, 1, 0.2 + 0.2 + 0.6, 0.03, 1, 1, Duration.ofMillis(7)));
    meter.ended(at(1500));
    assertThat(meter.take(0, Duration.ZERO, at(2000)))
        .isEqualTo(new AgentLoad(0, 0, 0.5, 0, 0, 0, Duration.ZERO));
    assertThat(meter.isIdle()).isTrue();
  }

  @Test
  void aMomentBeforeTheLastOneCountsAsThatOne() {
    meter.began(at(500));
    meter.began(at(400));
    meter.ended(at(600));
    meter.ended(at(600));
    assertThat(meter.take(0, Duration.ZERO, at(700)).callSeconds()).isEqualTo(0.2);
  }

  @Test
  void isNotIdleWhileACallIsThere() {
    assertThat(meter.isIdle()).isTrue();
    meter.began(at(1));
    meter.take(0, Duration.ZERO, at(2));
    assertThat(meter.isIdle()).isFalse();
  }

  private static long at(long millis) {
    // The clock may be anywhere, and overflow.
    return Long.MAX_VALUE - ms(450) + ms(millis);
  }

  private static long ms(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
