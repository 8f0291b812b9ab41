package dev.nexusdelta.host;

import dev.nexusdelta.manifest.AgentName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a host reports. Each kind hands itself to the matching method of a {@link Visitor}. */
public sealed interface HostEvent {
  /** Hands this event to its method. */
  void accept(Visitor visitor);

  /** One method per kind. */
  interface Visitor {
    /** The host lost sight of its engine for a while: this is everything there is now. */
    void resynced(List<ObservedReplica> all);

    /** A replica was started, adopted or told to stop. */
    void changed(ObservedReplica replica);

    /** A replica has ended. */
    void gone(ObservedReplica replica, Exit exit);

    /**
     * The next start of a replica of this release waits.
     *
     * @param failures ends in a row
     * @param last how the last one ended or why it could not be started
     */
    void backingOff(AgentName agent, String release, int failures, Exit last, Duration delay);

    /**
     * {@link ReplicaHost#trouble()} has changed. When it is over, {@link #resynced} was told first.
     *
     * @param reason why the host can start and stop nothing; empty = it can again
     */
    void trouble(Optional<String> reason);
  }

  /** See {@link Visitor#resynced}. */
  record Resynced(List<ObservedReplica> all) implements HostEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.resynced(all);
    }
  }

  /** See {@link Visitor#changed}. */
  record Changed(ObservedReplica replica) implements HostEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.changed(replica);
    }
  }

  /** See {@link Visitor#gone}. */
  record Gone(ObservedReplica replica, Exit exit) implements HostEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.gone(replica, exit);
    }
  }

  /** See {@link Visitor#backingOff}. */
  record BackingOff(AgentName agent, String release, int failures, Exit last, Duration delay)
      implements HostEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.backingOff(agent, release, failures, last, delay);
    }
  }

  /** See {@link Visitor#trouble}. */
  record Trouble(Optional<String> reason) implements HostEvent {
    @Override
    public void accept(Visitor visitor) {
      visitor.trouble(reason);
    }
  }
}
