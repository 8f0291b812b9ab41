package dev.nexusdelta.admin;

import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.fleet.Operation;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** {@code ?wait=30s}. */
final class Waiting {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private Waiting() {}

  /** The operation, after its end or the time that the caller is willing to wait. */
  static Future<Operation> on(RoutingContext ctx, FleetControl fleet, Operation operation) {
    Optional<Duration> wait = Params.duration(ctx, "wait");
    return wait.isEmpty() || operation.ended().isPresent()
        ? Future.succeededFuture(operation)
        : fleet.await(operation.id(), Collections.min(List.of(wait.get(), LONGEST)));
  }
}
