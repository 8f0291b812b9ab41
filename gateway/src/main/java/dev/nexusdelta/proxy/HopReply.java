package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.Outcome;
import io.vertx.core.MultiMap;

/**
 * Hears the gateway that a call was passed on to, and tells the call what that means: as far as
 * possible the same as if the replica were of this gateway. Stays on one event loop.
 */
final class HopReply implements Exchange.Listener {
  private final Lane lane;
  private final String gateway;
  private final Listener call;

  /** The call. */
  interface Listener extends Exchange.Listener {
    /** The replica is not there: not executed. */
    void misdirected();

    /** The replica has no place now: not executed. */
    void full();

    /** That gateway has waited for the replica until the time was up. */
    void late();
  }

  HopReply(Lane lane, String gateway, Listener call) {
    this.lane = lane;
    this.gateway = gateway;
    this.call = call;
  }

  @Override
  public void hinted(MultiMap headers) {
    call.hinted(headers);
  }

  @Override
  public void came(Outcome outcome) {
    HopOutcome said = HopOutcome.of(outcome);
    lane.metrics().hopped(gateway, said.label());
    switch (said) {
      case ANSWER, REFUSED, FAILED -> call.came(outcome);
      case GONE, UNPROVED -> call.misdirected();
      case BUSY -> call.full();
      case BROKE, STRANGE -> call.came(new Broken("connection_terminated", said.detail()));
      case LATE -> call.late();
    }
  }
}
