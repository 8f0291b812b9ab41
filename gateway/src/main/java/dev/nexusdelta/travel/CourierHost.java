package dev.nexusdelta.travel;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Capabilities;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host whose releases may have their code on another machine: it is brought here before the first
 * replica starts. All else is up to the host itself.
 */
public final class CourierHost implements ReplicaHost {
  private static final Logger LOG = LoggerFactory.getLogger(CourierHost.class);

  private final Vertx vertx;
  private final ReplicaHost host;
  private final CodePlaces places;
  private final CodeSource source;

  /** Puts the courier before a host, whose owner closes it through this. */
  public CourierHost(Vertx vertx, ReplicaHost host, CodePlaces places, CodeSource source) {
    this.vertx = vertx;
    this.host = host;
    this.places = places;
    this.source = source;
  }

  @Override
  public Future<Void> prepare(Release release, Path folder) {
    if (release.codeHash().isEmpty()) {
      return host.prepare(release, folder);
    }
    return vertx
        .executeBlocking(() -> places.find(release.manifest(), release.codeHash()), false)
        .compose(
            found -> found.isPresent() ? Future.succeededFuture(found.get()) : brought(release))
        .compose(place -> host.prepare(release, place));
  }

  private Future<Path> brought(Release release) {
    return source
        .fetch(release.agent(), release.codeHash())
        .compose(
            parcel ->
                vertx.executeBlocking(
                    () -> places.take(release.manifest(), release.codeHash(), parcel), false))
        .onSuccess(
            place ->
                LOG.info(
                    "release {} of agent '{}' has come from another gateway",
                    release.id(),
                    release.agent()));
  }

  @Override
  public void forget(AgentName agent) {
    host.forget(agent);
    vertx
        .executeBlocking(
            () -> {
              places.forget(agent);
              return null;
            },
            false)
        .onFailure(e -> LOG.warn("code of agent '{}' stays: {}", agent, e.toString()));
  }

  @Override
  public String kind() {
    return host.kind();
  }

  @Override
  public Capabilities capabilities() {
    return host.capabilities();
  }

  @Override
  public Optional<String> trouble() {
    return host.trouble();
  }

  @Override
  public Future<List<ObservedReplica>> open(Consumer<HostEvent> observer) {
    return host.open(observer);
  }

  @Override
  public Future<Void> apply(Release release, int count, List<String> preferredVictims) {
    return host.apply(release, count, preferredVictims);
  }

  @Override
  public Future<Void> replace(String replicaId, String reason) {
    return host.replace(replicaId, reason);
  }

  @Override
  public long memoryOf(Manifest manifest) {
    return host.memoryOf(manifest);
  }

  @Override
  public Future<List<LogLine>> logs(AgentName agent, LogQuery query) {
    return host.logs(agent, query);
  }

  @Override
  public Closeable follow(AgentName agent, Consumer<LogLine> lines) {
    return host.follow(agent, lines);
  }

  @Override
  public Future<ReplicaStats> stats(String replicaId) {
    return host.stats(replicaId);
  }

  @Override
  public Future<Void> close(boolean stopReplicas) {
    return host.close(stopReplicas);
  }
}
