package dev.nexusdelta.host.process;

import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.StartGate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets only so many replicas be on their way from exec to listening at once: a hundred JVMs started
 * in the same moment all become slow, one after another they are quick. A replica that does not
 * listen within 3 s gives its place up without harm. For the supervisor's context only.
 */
final class ListeningGate implements StartGate {
  private static final Duration LOOK = Duration.ofMillis(25);
  private static final long LONGEST = Duration.ofSeconds(3).toNanos();

  private final Actor actor;
  private final Proc proc;
  private final int places;
  private final LongSupplier nanos;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, Place> taken = new HashMap<>();
  private boolean looking;

  ListeningGate(Actor actor, Proc proc, int places, LongSupplier nanos) {
    this.actor = actor;
    this.proc = proc;
    this.places = places;
    this.nanos = nanos;
  }

  private record Place(int port, long since) {}

  @Override
  public void enter(String replica, Runnable start) {
    waiting.add(
        () -> {
          taken.put(replica, new Place(0, nanos.getAsLong()));
          start.run();
        });
    admit();
  }

  @Override
  public void started(String replica, String address, int port) {
    taken.computeIfPresent(replica, (id, place) -> new Place(port, nanos.getAsLong()));
  }

  @Override
  public void leave(String replica) {
    if (taken.remove(replica) != null) {
      admit();
    }
  }

  private void admit() {
    while (taken.size() < places && !waiting.isEmpty()) {
      waiting.remove().run();
    }
    if (!waiting.isEmpty() && !looking) {
      looking = true;
      actor.after(LOOK, this::look);
    }
  }

  /** Looked at only while somebody waits: one table of the kernel tells all ports. */
  private void look() {
    actor
        .files(() -> proc.listening().keySet())
        .onComplete(
            ports -> {
              looking = false;
              release(ports.succeeded() ? ports.result() : Set.of());
              admit();
            });
  }

  private void release(Set<Integer> listening) {
    long now = nanos.getAsLong();
    taken
        .values()
        .removeIf(
            place ->
                place.port() != 0
                    && (listening.contains(place.port()) || now - place.since() > LONGEST));
  }
}
