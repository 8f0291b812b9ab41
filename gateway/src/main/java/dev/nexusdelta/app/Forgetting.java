package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayPresentException;
import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.LedgerState;
import dev.nexusdelta.consensus.Outcome;
import dev.nexusdelta.discovery.NotWrittenException;
import dev.nexusdelta.discovery.OutcomeUnknownException;
import dev.nexusdelta.discovery.replicated.LedgerDrains;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Takes a gateway that is away out of the cluster for good, and the wish to drain it with it.
 * Thread-safe.
 */
final class Forgetting {
  private static final int TRIES = 25;
  private static final long AGAIN_MILLIS = 50;

  /** Five seconds in all: one that was ended is missed by then. */
  private static final long LEAVING_MILLIS = 200;

  private final Vertx vertx;
  private final Ledger ledger;
  private final LedgerDrains drains;
  private final GatewayNames names;

  Forgetting(Vertx vertx, Ledger ledger, LedgerDrains drains, GatewayNames names) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.drains = drains;
    this.names = names;
  }

  /**
   * Forgets it; waits for it where it is just leaving.
   *
   * @return fails with {@link GatewayPresentException} while it is there, {@link
   *     IllegalArgumentException} if none that belongs is called so, {@link NotWrittenException} or
   *     {@link OutcomeUnknownException} as other changes do
   */
  Future<Void> forget(String gateway) {
    return named(gateway)
        .map(id -> attempt(gateway, id, 1))
        .orElseGet(
            () ->
                Future.failedFuture(
                    new IllegalArgumentException("no gateway is called " + gateway)));
  }

  private Future<Void> attempt(String gateway, String id, int count) {
    return id.equals(ledger.memberId())
        ? Future.failedFuture(new GatewayPresentException(gateway))
        : forget(gateway, id, count);
  }

  /**
   * One that is there only where none of that name is away: the cluster refuses it, and says why.
   */
  private Optional<String> named(String gateway) {
    return ledger.state().members().stream()
        .filter(it -> it.belongs() && names.of(it.id()).equals(gateway))
        .sorted(Comparator.comparing(LedgerState.Seen::present))
        .map(LedgerState.Seen::id)
        .findFirst();
  }

  private Future<Void> forget(String gateway, String id, int count) {
    // Its name may be that of another one by now, which is drained or not as somebody wished.
    boolean taken =
        ledger.state().members().stream()
            .anyMatch(it -> !it.id().equals(id) && names.of(it.id()).equals(gateway));
    List<Edit> edits = taken ? List.of() : drains.without(gateway);
    return ledger
        .forget(id, edits)
        .compose(
            outcome ->
                outcome.fold(
                    new Outcome.Cases<Future<Void>>(
                        done -> Future.succeededFuture(),
                        changed -> again(gateway, id, count),
                        not -> refused(gateway, id, count, not.why()),
                        unknown ->
                            Future.failedFuture(
                                new OutcomeUnknownException(
                                    "gateway '" + gateway + "'", unknown.why())))));
  }

  private Future<Void> refused(String gateway, String id, int count, String why) {
    if (!why.equals(Ledger.stillThere(id))) {
      return Future.failedFuture(new NotWrittenException(why + needsMajority()));
    }
    return count < TRIES
        ? later(LEAVING_MILLIS).compose(v -> leaving(gateway, count + 1))
        : Future.failedFuture(new GatewayPresentException(gateway));
  }

  /** By then another one of that name may be seen to be away. */
  private Future<Void> leaving(String gateway, int count) {
    return named(gateway).map(id -> attempt(gateway, id, count)).orElseGet(Future::succeededFuture);
  }

  /** What is left to do where no majority comes back. */
  private String needsMajority() {
    return ledger.state().leader().isPresent()
        ? ""
        : "; to forget a gateway is a change that needs them too. If so many are gone for good, the"
            + " cluster begins anew: README, \"Too many are gone for good\"";
  }

  /** Somebody else has forgotten it, or its wish is another one than is known here. */
  private Future<Void> again(String gateway, String id, int count) {
    boolean gone =
        ledger.state().members().stream().noneMatch(it -> it.belongs() && it.id().equals(id));
    if (gone) {
      return Future.succeededFuture();
    }
    if (count >= TRIES) {
      return Future.failedFuture(
          new NotWrittenException(
              "gateway '" + gateway + "' is being changed by others: try again"));
    }
    return later(AGAIN_MILLIS).compose(v -> forget(gateway, id, count + 1));
  }

  private Future<Void> later(long millis) {
    Promise<Void> later = Promise.promise();
    vertx.setTimer(millis, tick -> later.complete());
    return later.future();
  }
}
