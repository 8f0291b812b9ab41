package dev.nexusdelta.admin;

import dev.nexusdelta.access.Refusal;
import dev.nexusdelta.market.Tally;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the marketplace asks for, as the test says. */
final class FakeMarket implements AgentAddresses, CountedCalls {
  static final List<Long> BOUNDS = List.of(10L, 100L);

  /** Why an address may not be called. */
  final Map<URI, Refusal> refused = new ConcurrentHashMap<>();

  /** Hosts that are this machine. */
  final Set<String> here = ConcurrentHashMap.newKeySet();

  final Map<String, Tally> counted = new ConcurrentHashMap<>();
  volatile boolean believed = true;

  Market parts() {
    return new Market(this, this, spec -> believed || !spec.isForeign());
  }

  @Override
  public Future<Optional<Refusal>> refusal(URI address) {
    return Future.succeededFuture(Optional.ofNullable(refused.get(address)));
  }

  @Override
  public Future<Boolean> isHere(URI address) {
    return Future.succeededFuture(here.contains(address.getHost()));
  }

  @Override
  public Future<Counted> take() {
    return Future.succeededFuture(
        new Counted(counted, counted.isEmpty() ? Optional.empty() : Optional.of(FakeFleet.NOW)));
  }

  @Override
  public List<Long> bounds() {
    return BOUNDS;
  }
}
