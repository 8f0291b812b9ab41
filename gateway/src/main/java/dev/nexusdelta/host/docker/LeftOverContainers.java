package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import dev.nexusdelta.host.HostAwayException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a gateway that is gone has left on its engine: containers that carry the id of its host, the
 * network of the replicas, its claim. Nothing of anybody else is touched. Blocking.
 */
public final class LeftOverContainers implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TO_END = Duration.ofSeconds(30);
  private static final int NETWORK_LOOKS = 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FORBIDDEN = 403;

  private final BriefEngine engine;
  private final Claim ours;
  private final String claim;
  private final String network;

  /** One container. */
  public record Left(String id, String name, boolean running) {}

  /**
   * Connects nowhere yet. Blocking.
   *
   * @param address as in {@code DOCKER_HOST}; empty = the usual socket
   * @param host id of the host whose containers are looked for
   * @param data its data folder
   * @throws IllegalArgumentException for an address that cannot be one
   * @throws IOException if the folder cannot be read
   */
  public static LeftOverContainers of(String address, String host, Path data) throws IOException {
    return new LeftOverContainers(address, Claim.of(host, data.toAbsolutePath()), "nexus");
  }

  /**
   * For tests.
   *
   * @param namespace begins the names of network and claim
   */
  LeftOverContainers(String address, Claim ours, String namespace) {
    this.engine = new BriefEngine(EngineAddress.of(address), TO_END);
    this.ours = ours;
    this.claim = namespace + "-owner";
    this.network = namespace;
  }

  /**
   * Those that are there, running or not, by name.
   *
   * @throws HostAwayException if the engine does not answer
   * @throws IllegalStateException if they belong to the gateway of another folder with the same id
   */
  public List<Left> find() {
    Claim owner;
    List<Left> found;
    try {
      owner = BriefEngine.await("look at the claim", engine.begin(this::owner), ANSWER);
      found = BriefEngine.await("list containers", engine.begin(this::containers), ANSWER);
    } catch (EngineFailure e) {
      throw new HostAwayException(String.valueOf(e.getMessage()));
    }
    if (owner.host().equals(ours.host()) && !ours.isBySame(owner)) {
      throw new IllegalStateException(
          "they belong to the data folder %s; %s is a copy of it, or it was moved (then: docker volume rm %s)"
              .formatted(owner.data(), ours.data(), claim));
    }
    return found;
  }

  private List<Left> containers() {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(Labels.HOST, ours.host()))
        .exec()
        .stream()
        .map(LeftOverContainers::left)
        .sorted(Comparator.comparing(Left::name))
        .toList();
  }

  private static Left left(Container container) {
    String[] names = container.getNames();
    String name =
        names == null || names.length == 0 ? container.getId() : names[0].replace("/", "");
    return new Left(container.getId(), name, "running".equals(container.getState()));
  }

  /**
   * Asks each to end, kills those that have not after a while, and removes them all.
   *
   * @param atOnce does not ask
   * @return why those that are still there are; empty = all are gone
   */
  public List<String> end(List<Left> containers, boolean atOnce) {
    Map<Left, Future<Void>> ends = new LinkedHashMap<>();
    containers.forEach(left -> ends.put(left, engine.begin(() -> end(left, atOnce))));
    List<String> failures = new ArrayList<>();
    // Sixteen end at a time, so the last of many may begin late.
    Duration patience = TO_END.plus(GRACE.multipliedBy(1 + containers.size() / 16));
    ends.forEach(
        (left, end) -> {
          try {
            BriefEngine.await("remove container " + left.name(), end, patience);
          } catch (EngineFailure e) {
            failures.add(String.valueOf(e.getMessage()));
          }
        });
    return failures;
  }

  private Void end(Left left, boolean atOnce) {
    gone(
        () -> {
          if (left.running() && !atOnce) {
            engine.client().stopContainerCmd(left.id()).withTimeout((int) GRACE.toSeconds()).exec();
          }
          return null;
        });
    gone(
        () ->
            engine
                .client()
                .removeContainerCmd(left.id())
                .withForce(true)
                .withRemoveVolumes(true)
                .exec());
    return null;
  }

  /** Whoever is gone, or has ended, is as wished. */
  private static void gone(Callable<Void> work) {
    try {
      work.call();
    } catch (NotFoundException | NotModifiedException already) {
      return;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Removes the claim of this host and the network, if no container is left and nobody else is
   * there.
   *
   * @return names of what was removed
   */
  public List<String> sweep() {
    try {
      return BriefEngine.await("remove the claim", engine.begin(this::swept), TO_END);
    } catch (EngineFailure e) {
      throw new HostAwayException(String.valueOf(e.getMessage()));
    }
  }

  private List<String> swept() {
    List<String> removed = new ArrayList<>();
    Optional<Map<String, String>> claimed = claimed();
    boolean isOurs = claimed.map(Claim::read).filter(ours::isBySame).isPresent();
    if (!containers().isEmpty() || claimed.isPresent() && !isOurs) {
      return removed;
    }
    if (isOurs) {
      gone(() -> engine.client().removeVolumeCmd(claim).exec());
      removed.add("volume " + claim);
    }
    removeNetworks(removed);
    return removed;
  }

  private Claim owner() {
    return Claim.read(claimed().orElse(Map.of()));
  }

  /** Labels of the volume by which the engine is claimed; empty = it is not. */
  private Optional<Map<String, String>> claimed() {
    try {
      Map<String, String> labels = engine.client().inspectVolumeCmd(claim).exec().getLabels();
      return Optional.of(labels == null ? Map.of() : labels);
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Only what was made for replicas, by its id, as a name may mean several. The engine keeps it
   * while anybody is on it, as what has just been removed may be for another moment.
   */
  private void removeNetworks(List<String> removed) {
    for (Network found : engine.client().listNetworksCmd().withNameFilter(network).exec()) {
      if (network.equals(found.getName()) && ReplicaNetwork.isOurs(found.getLabels())) {
        removeNetwork(found.getId(), removed);
      }
    }
  }

  private void removeNetwork(String id, List<String> removed) {
    for (int looks = 0; looks < NETWORK_LOOKS; looks++) {
      try {
        engine.client().removeNetworkCmd(id).exec();
        removed.add("network " + network);
        return;
      } catch (NotFoundException none) {
        return;
      } catch (DockerException refused) {
        if (refused.getHttpStatus() != FORBIDDEN) {
          return;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
