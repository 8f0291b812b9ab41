package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Version;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.InputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's words that are used here, each a question with an answer in time. A failed future
 * carries an {@link EngineFailure}.
 *
 * <p>Callable from any thread, never blocks; futures and lines arrive on the context given.
 */
final class Engine {
  static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration START = Duration.ofSeconds(30);
  private static final int CALL_THREADS = 16;
  private static final int STOP_THREADS = 64;

  private final ContextInternal context;
  private final EngineClients clients;
  private final EngineCalls calls;

  /** Ends take as long as the replica's grace: they must not keep others waiting. */
  private final EngineCalls ends;

  private final LongWork work;

  /** The clients are closed with it. */
  Engine(Context context, EngineClients clients) {
    this.context = (ContextInternal) context;
    this.clients = clients;
    this.calls = new EngineCalls(this.context, "docker-call", CALL_THREADS);
    this.work = new LongWork(this.context, clients);
    this.ends = new EngineCalls(this.context, "docker-end", STOP_THREADS);
  }

  EngineClients clients() {
    return clients;
  }

  /** While the reason is there, every call fails with it at once, as do builds and pulls. */
  void away(Optional<String> reason) {
    calls.away(reason);
    ends.away(reason);
    reason.ifPresent(work::away);
  }

  /** Runs on the context whenever the engine did not answer although it seemed to be there. */
  void onSilence(Runnable look) {
    calls.onSilence(look);
    ends.onSilence(look);
  }

  /** Drops what is under way. */
  void close() {
    calls.close();
    ends.close();
    work.away("the docker host is closed");
    clients.close();
  }

  Future<Void> ping() {
    return calls.ask("ping the engine", SOON, () -> client().pingCmd().exec());
  }

  Future<Info> info() {
    return calls.ask("ask the engine about itself", SOON, () -> client().infoCmd().exec());
  }

  Future<Version> version() {
    return calls.ask("ask for the engine's version", SOON, () -> client().versionCmd().exec());
  }

  /** All of that name, the oldest id first: two who make one at the same time both succeed. */
  Future<List<Network>> networks(String name) {
    return calls.ask(
        "look for network " + name,
        SOON,
        () ->
            client().listNetworksCmd().withNameFilter(name).exec().stream()
                .filter(network -> name.equals(network.getName()))
                .sorted(Comparator.comparing(Network::getId))
                .toList());
  }

  /** A bridge; fails with {@link EngineFailure.Conflict} where the name is taken. */
  Future<Void> createBridge(String name, Map<String, String> options, Map<String, String> labels) {
    return calls
        .ask(
            "create network " + name,
            START,
            () ->
                client()
                    .createNetworkCmd()
                    .withName(name)
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withOptions(options)
                    .withLabels(labels)
                    .exec())
        .mapEmpty();
  }

  Future<Void> removeNetwork(String id) {
    return calls.ask("remove network " + id, SOON, () -> client().removeNetworkCmd(id).exec());
  }

  /** Creates the volume, or finds it: the labels are those of whoever came first. */
  Future<Map<String, String>> claimVolume(String name, Map<String, String> labels) {
    return calls.ask(
        "claim volume " + name,
        SOON,
        () -> {
          client().createVolumeCmd().withName(name).withLabels(labels).exec();
          return labelsOf(name);
        });
  }

  /** Its labels. */
  Future<Map<String, String>> volume(String name) {
    return calls.ask("inspect volume " + name, SOON, () -> labelsOf(name));
  }

  private Map<String, String> labelsOf(String volume) {
    Map<String, String> labels = client().inspectVolumeCmd(volume).exec().getLabels();
    return labels == null ? Map.of() : Map.copyOf(labels);
  }

  Future<Void> removeVolume(String name) {
    return calls.ask("remove volume " + name, SOON, () -> client().removeVolumeCmd(name).exec());
  }

  /**
   * Makes the container, and starts nothing.
   *
   * @return its id
   */
  Future<String> create(ContainerSpec spec) {
    return calls.ask(
        "create container " + spec.name(),
        START,
        () -> {
          Map<String, String> labels = new LinkedHashMap<>(spec.labels());
          labels.put(Labels.SPEC, spec.hash());
          CreateContainerCmd command =
              client()
                  .createContainerCmd(spec.image())
                  .withName(spec.name())
                  .withEnv(spec.environmentLines())
                  .withLabels(labels)
                  .withUser(Hardening.USER)
                  .withHealthcheck(Hardening.noHealthCheck())
                  .withExposedPorts(ExposedPort.tcp(spec.port()))
                  .withStopTimeout((int) spec.grace().toSeconds())
                  .withHostConfig(Hardening.hostConfig(spec));
          if (!spec.command().isEmpty()) {
            command.withCmd(spec.command());
          }
          spec.entrypoint().ifPresent(command::withEntrypoint);
          return command.exec().getId();
        });
  }

  Future<Void> start(String container) {
    return calls.ask(
        "start container " + container,
        START,
        () -> unlessItIs(() -> client().startContainerCmd(container).exec()));
  }

  Future<InspectContainerResponse> inspect(String container) {
    return calls.ask(
        "inspect container " + container,
        SOON,
        () -> client().inspectContainerCmd(container).exec());
  }

  /** In whatever state, also such that never ran. */
  Future<List<Container>> containers(Map<String, String> labels) {
    return calls.ask(
        "list containers",
        SOON,
        () -> client().listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
  }

  /** In whatever state, with these labels whatever their values. */
  Future<List<Container>> containers(Set<String> labels) {
    return calls.ask(
        "list containers",
        SOON,
        () -> client().listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
  }

  /** Asks it to end, kills it after the grace; completes when it has ended. */
  Future<Void> stop(String container, Duration grace) {
    return ends.ask(
        "stop container " + container,
        grace.plus(START),
        () ->
            unlessItIs(
                () ->
                    client()
                        .stopContainerCmd(container)
                        .withTimeout((int) grace.toSeconds())
                        .exec()));
  }

  Future<Void> kill(String container) {
    return calls.ask(
        "kill container " + container, SOON, () -> client().killContainerCmd(container).exec());
  }

  /** With its nameless volumes; kills it if it runs. */
  Future<Void> remove(String container) {
    return calls.ask(
        "remove container " + container,
        START,
        () ->
            client().removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec());
  }

  Future<InspectImageResponse> image(String reference) {
    return calls.ask(
        "inspect image " + reference, SOON, () -> client().inspectImageCmd(reference).exec());
  }

  Future<List<Image>> images(Map<String, String> labels) {
    return calls.ask(
        "list images", SOON, () -> client().listImagesCmd().withLabelFilter(labels).exec());
  }

  /** Fails with {@link EngineFailure.Conflict} while a container uses it. */
  Future<Void> removeImage(String reference) {
    return calls.ask(
        "remove image " + reference, START, () -> client().removeImageCmd(reference).exec());
  }

  Future<Void> tag(String image, String repository, String tag) {
    return calls.ask(
        "tag image " + image, SOON, () -> client().tagImageCmd(image, repository, tag).exec());
  }

  /**
   * Builds an image, as {@link LongWork#build} tells.
   *
   * @return its id, perhaps short
   */
  Future<String> build(
      InputStream archive,
      String what,
      Map<String, String> arguments,
      Map<String, String> labels,
      Consumer<String> lines) {
    return work.build(archive, what, arguments, labels, lines);
  }

  /**
   * Pulls one image.
   *
   * @param login empty = what docker's own configuration writes down, if it does
   */
  Future<Void> pull(String reference, Optional<AuthConfig> login, Consumer<String> lines) {
    return work.pull(reference, login, lines);
  }

  private DockerClient client() {
    return clients.calls();
  }

  /** What is already as wished is no failure. */
  private static @Nullable Void unlessItIs(Callable<@Nullable Void> work) throws Exception {
    try {
      return work.call();
    } catch (NotModifiedException already) {
      return null;
    }
  }
}
