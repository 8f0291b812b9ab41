package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Answer GOOD = new Answer(200, "", "x-1", true);

  private final AtomicLong nanos = new AtomicLong(7_000_000_000L);
  private final Recording recording =
      new Recording(
          nanos::get,
          () -> NOON,
          new Phase.Plan().then("calm", 1, 2).then("storm", 9, 3).phases(),
          1);

  private void after(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }

  @Test
  void aCallBelongsToThePhaseOfItsBeginAndTheWindowOfItsEnd() {
    long begun = recording.begin();
    after(2_500);
    recording.end("a", begun, GOOD);
    assertThat(recording.phases().get(0).cell().ok()).isEqualTo(1);
    assertThat(recording.phases().get(1).cell().ok()).isZero();
    List<Recording.Row> rows = recording.settle(true);
    assertThat(rows).extracting(Recording.Row::second).containsExactly(0.0, 2.0);
    assertThat(rows.get(0).begun()).isEqualTo(1);
    assertThat(rows.get(1).all().ok()).isEqualTo(1);
    assertThat(rows.get(1).tools().get("a").p50()).isCloseTo(2_500, within(40.0));
  }

  @Test
  void failuresAreCountedByReasonAndNotTimed() {
    recording.end("a", recording.begin(), new Answer(503, "queue_full", "", false));
    recording.end("a", recording.begin(), new Answer(0, "", "", false));
    recording.end("a", recording.begin(), new Answer(500, "", "", false));
    recording.end("a", recording.begin(), new Answer(200, "", "", false));
    assertThat(recording.failures())
        .containsOnlyKeys("queue_full", "connection", "status_500", "unexpected_answer");
    assertThat(recording.all().failed()).isEqualTo(4);
    assertThat(recording.all().max()).isZero();
  }

  @Test
  void windowsAreFoldedOnceOnlyAndLateAnswersAreKept() {
    long begun = recording.begin();
    after(9_000);
    assertThat(recording.settle(false)).hasSize(1);
    recording.end("a", begun, GOOD);
    after(9_000);
    assertThat(recording.settle(false)).hasSize(2);
    assertThat(recording.settle(true)).hasSize(2);
    assertThat(recording.settle(true).get(1).all().ok()).isEqualTo(1);
  }

  @Test
  void datesWhatOthersTellByTheWallsClock() {
    recording.begin();
    after(1_000);
    assertThat(recording.secondOf(NOON.plusMillis(1_500))).isEqualTo(1.5);
    assertThat(recording.secondOf(NOON.minusMillis(250))).isEqualTo(-0.25);
    assertThat(recording.now()).isEqualTo(1);
  }

  @Test
  void remembersTheFirstAnswerOfEachReplica() {
    recording.end("a", recording.begin(), GOOD);
    after(1_000);
    recording.end("a", recording.begin(), GOOD);
    recording.end("a", recording.begin(), new Answer(200, "", "x-2", true));
    assertThat(recording.firstAnswers()).containsEntry("x-1", 0.0).containsEntry("x-2", 1.0);
  }
}
