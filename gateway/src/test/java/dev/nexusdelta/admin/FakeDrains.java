package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.NotWrittenException;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Gateways as the test names them; none = alone. */
final class FakeDrains implements DrainControl {
  final Set<String> gateways = new ConcurrentSkipListSet<>();
  final Set<String> draining = new ConcurrentSkipListSet<>();

  /** Why nothing can be wished; empty text = it can. */
  volatile String refusal = "";

  @Override
  public Set<String> gateways() {
    return gateways;
  }

  @Override
  public Set<String> draining() {
    return draining;
  }

  @Override
  public Future<Void> drain(String gateway, boolean drain) {
    if (!refusal.isEmpty()) {
      return Future.failedFuture(new NotWrittenException(refusal));
    }
    if (drain) {
      draining.add(gateway);
    } else {
      draining.remove(gateway);
    }
    return Future.succeededFuture();
  }
}
