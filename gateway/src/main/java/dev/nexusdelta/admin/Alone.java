package dev.nexusdelta.admin;

import io.vertx.core.Future;
import java.util.Set;

/** A gateway that is alone: what runs here can go nowhere. */
public record Alone() implements DrainControl {
  @Override
  public Set<String> gateways() {
    return Set.of();
  }

  @Override
  public Set<String> draining() {
    return Set.of();
  }

  @Override
  public Future<Void> drain(String gateway, boolean drain) {
    return Future.failedFuture(new IllegalStateException("this gateway is alone"));
  }
}
