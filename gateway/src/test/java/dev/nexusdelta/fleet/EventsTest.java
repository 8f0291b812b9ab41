package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventsTest {
  private final Events events = new Events(3, () -> Instant.ofEpochMilli(1_000));

  private void add(String type) {
    events.add(type, Optional.of("Math"), Optional.empty(), "test", "");
  }

  private List<String> since(long id) {
    return events.since(id).orElseThrow().stream().map(FleetEvent::type).toList();
  }

  @Test
  void keepsTheLast() {
    List.of("a", "b", "c", "d").forEach(this::add);
    assertThat(events.recent()).extracting(FleetEvent::type).containsExactly("b", "c", "d");
    assertThat(events.recent()).extracting(FleetEvent::id).containsExactly(1002L, 1003L, 1004L);
  }

  @Test
  void goesOnAfterAnIdThatIsStillKnown() {
    List.of("a", "b", "c", "d").forEach(this::add);
    assertThat(since(1003)).containsExactly("d");
    assertThat(since(1004)).isEmpty();
    assertThat(since(1001)).containsExactly("b", "c", "d");
  }

  @Test
  void doesNotKnowIdsThatAreTooOldOrOfAnotherLife() {
    assertThat(events.since(1000)).contains(List.of());
    assertThat(events.since(999)).isEmpty();
    List.of("a", "b", "c", "d", "e").forEach(this::add);
    assertThat(events.since(1000)).isEmpty();
    assertThat(events.since(1001)).isEmpty();
    assertThat(events.since(1006)).isEmpty();
  }

  @Test
  void tellsSubscribersInOrderUntilTheyClose() {
    List<String> seen = new ArrayList<>();
    var broken =
        events.subscribe(
            event -> {
              throw new IllegalStateException("a broken listener");
            });
    var subscription = events.subscribe(event -> seen.add(event.type()));
    add("a");
    add("b");
    subscription.close();
    broken.close();
    add("c");
    assertThat(seen).containsExactly("a", "b");
  }
}
