package dev.nexusdelta.fleet;

import dev.nexusdelta.host.ReplicaHost;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The last events, bounded, and those to come. Thread-safe. */
public interface EventLog {
  /** Adds an event and gives it its id. */
  void add(String type, Optional<String> agent, Optional<String> replica, String by, String reason);

  /**
   * Adds an event of another gateway, which then has an id of this one's too.
   *
   * @param gateway its name
   * @param event with that gateway's id
   */
  void heard(String gateway, FleetEvent event);

  /**
   * The kept events after {@code id}, oldest first.
   *
   * @return empty when {@code id} is unknown here: older than what is kept, or of another life of
   *     the gateway
   */
  Optional<List<FleetEvent>> since(long id);

  /** The kept events, oldest first. */
  List<FleetEvent> recent();

  /** Calls {@code listener} with each new event until closed; it must not block. */
  ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener);
}
