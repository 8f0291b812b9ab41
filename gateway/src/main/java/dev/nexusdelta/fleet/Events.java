package dev.nexusdelta.fleet;

import dev.nexusdelta.host.ReplicaHost;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ring of the last events. Ids begin at the start's milliseconds, so that an id of an earlier
 * life of the gateway is recognised as unknown.
 */
final class Events implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final int most;
  private final InstantSource clock;
  private final Deque<FleetEvent> kept = new ArrayDeque<>();
  private final List<Consumer<FleetEvent>> listeners = new CopyOnWriteArrayList<>();
  private long last;

  Events(int most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
    this.last = clock.millis();
  }

  @Override
  public synchronized void add(
      String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
    keep(new FleetEvent(++last, clock.instant(), type, agent, replica, by, reason));
  }

  @Override
  public synchronized void heard(String gateway, FleetEvent event) {
    keep(
        new FleetEvent(
            ++last,
            event.at(),
            event.type(),
            event.agent(),
            event.replica(),
            event.by(),
            event.reason(),
            Optional.of(gateway)));
  }

  private void keep(FleetEvent event) {
    kept.addLast(event);
    if (kept.size() > most) {
      kept.removeFirst();
    }
    // Under the lock: listeners see events in order.
    for (Consumer<FleetEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.warn("a listener of events failed; it stays subscribed", e);
      }
    }
  }

  @Override
  public synchronized Optional<List<FleetEvent>> since(long id) {
    long beforeFirst = kept.isEmpty() ? last : kept.getFirst().id() - 1;
    if (id < beforeFirst || id > last) {
      return Optional.empty();
    }
    return Optional.of(kept.stream().filter(event -> event.id() > id).toList());
  }

  @Override
  public synchronized List<FleetEvent> recent() {
    return new ArrayList<>(kept);
  }

  @Override
  public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
    // A wrapper of its own, so that the same listener may subscribe twice.
    Consumer<FleetEvent> own = event -> listener.accept(event);
    listeners.add(own);
    return () -> listeners.remove(own);
  }
}
