package dev.nexusdelta.host.supervision;

import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the observer what happens, until the host is closed. For the supervisor's context only. */
public final class Reports {
  private static final Logger log = LoggerFactory.getLogger(Reports.class);

  private final Actor actor;
  private final Consumer<HostEvent> observer;

  /** Nothing is told after the actor is closed. */
  public Reports(Actor actor, Consumer<HostEvent> observer) {
    this.actor = actor;
    this.observer = observer;
  }

  void changed(Supervised<?> replica) {
    emit(new HostEvent.Changed(replica.observed()));
  }

  void gone(Supervised<?> replica, Exit exit) {
    emit(new HostEvent.Gone(replica.observed(), exit));
  }

  void backingOff(Want<?> want, Exit last) {
    emit(
        new HostEvent.BackingOff(
            want.release.agent(),
            want.release.id(),
            want.backOff.failures(),
            last,
            want.backOff.delay()));
  }

  private void emit(HostEvent event) {
    if (actor.isClosed()) {
      return;
    }
    try {
      observer.accept(event);
    } catch (RuntimeException e) {
      log.error("the observer of a host failed over {}", event, e);
    }
  }
}
