package dev.nexusdelta.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RemoteViewTest {
  private static final AgentName MATH = new AgentName("math");

  private final RemoteView view = new RemoteView();
  private final long listener = view.listens();

  @Test
  void anOlderDocumentThatComesLateIsNotTaken() {
    assertThat(heard(listener, "5", "5")).containsExactly(MATH);
    view.written(MATH, document("7"));
    assertThat(heard(listener, "8", "5")).isEmpty();
    assertThat(version()).contains("7");
  }

  @Test
  void whatTheListenerHasToldOfIsGoneWhenItTellsSo() {
    view.written(MATH, document("5"));
    heard(listener, "6", "5");
    assertThat(heard(listener, "7")).containsExactly(MATH);
    assertThat(version()).isEmpty();
  }

  @Test
  void whatTheListenerHasNotToldOfYetIsNotGone() {
    view.written(MATH, document("5"));
    assertThat(heard(listener, "7")).isEmpty();
    assertThat(version()).contains("5");
  }

  @Test
  void whatIsMissingInALaterReadingIsGone() {
    view.written(MATH, document("5"));
    assertThat(heard(view.reads(), "7")).containsExactly(MATH);
    assertThat(version()).isEmpty();
  }

  @Test
  void whatWasWrittenWhileItWasReadIsNotGone() {
    long reading = view.reads();
    view.written(MATH, document("5"));
    assertThat(heard(reading, "7")).isEmpty();
    assertThat(version()).contains("5");
  }

  @Test
  void aWriteThatWasNotReadYetIsThere() {
    heard(view.reads(), "7");
    view.written(MATH, document("5"));
    assertThat(version()).contains("5");
  }

  @Test
  void whatIsMissingForTheNextListenerIsGone() {
    view.written(MATH, document("5"));
    assertThat(heard(view.listens(), "7")).containsExactly(MATH);
    assertThat(version()).isEmpty();
  }

  @Test
  void whatWasGoneByALaterTimeIsThereAgainForALaterReading() {
    heard(listener, "5", "5");
    heard(listener, "9");
    assertThat(heard(view.reads(), "9", "6")).containsExactly(MATH);
    assertThat(version()).contains("6");
  }

  @Test
  void whatIsGoneStaysGoneForAnOlderReading() {
    long reading = view.reads();
    heard(listener, "5", "5");
    heard(listener, "9");
    assertThat(heard(reading, "6", "5")).isEmpty();
    assertThat(version()).isEmpty();
  }

  @Test
  void whatIsOnRecordAndMissingIsGone() {
    view.heard(new RemoteSnapshot("7", List.of()), listener, List.of(new SyncMark(MATH, 1, "5")));
    assertThat(version()).isEmpty();
    assertThat(heard(listener, "8", "5")).containsExactly(MATH);
  }

  private Set<AgentName> heard(long source, String readTime, String... versions) {
    List<RemoteDocument> documents = Stream.of(versions).map(RemoteViewTest::document).toList();
    return view.heard(new RemoteSnapshot(readTime, documents), source, List.of());
  }

  private Optional<String> version() {
    return view.document(MATH).map(RemoteDocument::updateTime);
  }

  private static RemoteDocument document(String updateTime) {
    return new RemoteDocument("math", updateTime, new JsonObject());
  }
}
