package dev.nexusdelta.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.calls.CallHistory.Wanted;
import dev.nexusdelta.calls.CallSampling.Kept;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallHistoryTest {
  private static final Wanted ALL = new Wanted(null, false, Duration.ZERO, null, 0);
  private final AtomicLong clock = new AtomicLong(Duration.ofDays(2).toMillis());
  private final CallHistory history = new CallHistory(() -> Instant.ofEpochMilli(clock.get()));
  private int count;

  private String add(
      @Nullable String agent, int status, @Nullable String code, Kept kept, long ms) {
    String id = "r" + ++count;
    history.add(
        new CallRecord(
            id,
            clock.incrementAndGet(),
            agent,
            "tool",
            status,
            code == null ? null : new CallRecord.Problem(code, "d".repeat(100), null, null),
            kept,
            new CallRecord.Phases(0, 0, 0, Duration.ofMillis(ms).toNanos()),
            List.of(),
            List.of(new CallRecord.Attempt("replica", 0, 1, null)),
            null,
            null,
            0,
            0,
            "127.0.0.1:1234"));
    return id;
  }

  private List<String> ids(Wanted wanted, int most) {
    return history.list(wanted, most).stream().map(CallRecord::requestId).toList();
  }

  @Test
  void findsWhatIsWanted() {
    long begin = clock.get();
    String failed = add("Math", 503, "queue_full", Kept.FAILED, 1);
    String slow = add("Math", 200, null, Kept.SLOW, 500);
    String slower = add("Text", 200, null, Kept.SLOW, 900);
    String own = add("Text", 500, null, Kept.FAILED, 2);
    String sampled = add("Text", 200, null, Kept.SAMPLED, 3);
    assertThat(ids(ALL, 10)).containsExactly(sampled, own, slower, slow, failed);
    assertThat(ids(ALL, 2)).containsExactly(sampled, own);
    assertThat(ids(new Wanted("mATH", false, Duration.ZERO, null, 0), 10))
        .containsExactly(slow, failed);
    assertThat(ids(new Wanted(null, true, Duration.ZERO, null, 0), 10))
        .containsExactly(slower, slow);
    assertThat(ids(new Wanted(null, false, Duration.ofMillis(600), null, 0), 10))
        .containsExactly(slower);
    for (String code : List.of("503", "queue_full")) {
      assertThat(ids(new Wanted(null, false, Duration.ZERO, code, 0), 10)).containsExactly(failed);
    }
    assertThat(ids(new Wanted(null, false, Duration.ZERO, null, begin + 4), 10))
        .containsExactly(sampled, own);
    assertThat(history.find(slow)).hasValueSatisfying(it -> assertThat(it.status()).isEqualTo(200));
    assertThat(history.find("none")).isEmpty();
  }

  @Test
  void aFloodPushesOutOnlyItself() {
    String rare = add("Math", 502, "replica_broke", Kept.FAILED, 1);
    String slow = add("Math", 200, null, Kept.SLOW, 1);
    String sampled = add("Math", 200, null, Kept.SAMPLED, 1);
    String old = add("Nobody", 404, "agent_unknown", Kept.FAILED, 1);
    for (int i = 0; i < 50_000; i++) {
      add("Nobody" + i, 404, "agent_unknown", Kept.FAILED, 1);
      add("Agent" + i, 200, null, Kept.SLOW, 1);
      if (i % 1000 == 0) {
        history.settle();
      }
    }
    history.settle();
    assertThat(history.bytes())
        .isBetween(CallHistory.MOST_BYTES / 2L, (long) CallHistory.MOST_BYTES);
    assertThat(history.find(rare)).isPresent();
    assertThat(history.find(sampled)).isPresent();
    assertThat(history.find(old)).isEmpty();
    assertThat(history.find(slow)).isEmpty();
  }

  @Test
  void forgetsAfterADay() {
    String id = add("Math", 500, null, Kept.FAILED, 1);
    clock.addAndGet(Duration.ofHours(24).toMillis() - 1);
    assertThat(history.find(id)).isPresent();
    clock.addAndGet(1);
    assertThat(history.find(id)).isEmpty();
    assertThat(history.bytes()).isZero();
  }

  @Test
  void takesNoMoreThanItCanHoldBeforeItIsPutAway() {
    for (int i = 0; i < 10_000; i++) {
      add("Math", 500, null, Kept.FAILED, 1);
    }
    assertThat(ids(ALL, 20_000)).hasSize(4096);
    assertThat(history.find(add("Math", 500, null, Kept.FAILED, 1))).isPresent();
  }
}
