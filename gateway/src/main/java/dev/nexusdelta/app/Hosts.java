package dev.nexusdelta.app;

import dev.nexusdelta.admin.ContainerSync;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.docker.DockerHost;
import dev.nexusdelta.host.docker.DockerHostSettings;
import dev.nexusdelta.host.docker.LabelledContainers;
import dev.nexusdelta.host.process.ProcessHost;
import dev.nexusdelta.host.process.ProcessHostSettings;
import dev.nexusdelta.host.url.Names;
import dev.nexusdelta.host.url.Permit;
import dev.nexusdelta.host.url.UrlHost;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes the hosts: the one that runs replicas, and the one for agents that run elsewhere. */
final class Hosts {
  private static final Duration RESOLVE = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long AGENT_LOG_BYTES = 10L << 20;
  private static final int STARTS_PER_CORE = 2;

  private final Settings settings;
  private final Surroundings world;
  private final Vertx vertx;

  /** Only where the gateway has an engine. */
  private final Optional<LabelledContainers> labelled;

  private final UrlHost elsewhere;
  private final ReplicaHost runs;

  /**
   * Starts nothing yet.
   *
   * @param names of machines that agents run on
   * @param permit where they may
   */
  Hosts(
      Settings settings,
      Surroundings world,
      Vertx vertx,
      Listening listening,
      ContainerDoor containerDoor,
      Names names,
      Permit permit) {
    this.settings = settings;
    this.world = world;
    this.vertx = vertx;
    boolean engine = settings.host().equals("docker");
    this.labelled = engine ? Optional.of(labelled()) : Optional.empty();
    this.elsewhere = elsewhere(names, permit);
    this.runs = engine ? containers(containerDoor) : processes(listening);
  }

  /** By kind. */
  Map<String, ReplicaHost> all() {
    return Map.of(runs.kind(), runs, elsewhere.kind(), elsewhere);
  }

  /** The one that runs replicas. */
  ReplicaHost running() {
    return runs;
  }

  /** From now on labelled containers are agents; ends with {@code closing}. */
  void follow(Registry registry, EventLog events, Closing closing) {
    labelled.ifPresent(
        containers -> {
          closing.add("labelled containers", containers::close);
          containers.open(new ContainerSync(registry, events, elsewhere::containersChanged));
        });
  }

  private ReplicaHost processes(Listening listening) {
    return new ProcessHost(
        vertx.getOrCreateContext(),
        new ProcessHostSettings(
            settings.data(),
            world.layout().resolve("agent"),
            world.javaHome(),
            settings.ports().first(),
            settings.ports().last(),
            listening::url,
            world.environment(),
            GRACE,
            AGENT_LOG_BYTES,
            parallelStarts(),
            AgentFolders::codeHash),
        world.clock(),
        world.nanos(),
        world.random());
  }

  private ReplicaHost containers(ContainerDoor door) {
    Settings.Docker docker = settings.docker();
    return new DockerHost(
        vertx.getOrCreateContext(),
        new DockerHostSettings(
            settings.data(),
            world.layout(),
            world.javaHome(),
            settings.ports().first(),
            settings.ports().last(),
            door,
            world.environment(),
            GRACE,
            parallelStarts(),
            AgentFolders::codeHash,
            docker.engine().toString(),
            reach(),
            docker.base(),
            docker.commandBase(),
            "nexus"),
        world.clock(),
        world.nanos(),
        world.random());
  }

  private LabelledContainers labelled() {
    return new LabelledContainers(
        vertx.getOrCreateContext(),
        settings.docker().engine().toString(),
        reach(),
        world.nanos(),
        world.random());
  }

  private UrlHost elsewhere(Names names, Permit permit) {
    return new UrlHost(
        vertx.getOrCreateContext(),
        names,
        labelled.<Containers>map(containers -> containers).orElseGet(Containers::none),
        permit,
        RESOLVE,
        world.clock(),
        world.random());
  }

  private DockerHostSettings.Reach reach() {
    return DockerHostSettings.Reach.valueOf(settings.docker().reach().name());
  }

  private static int parallelStarts() {
    return STARTS_PER_CORE * Math.max(1, Runtime.getRuntime().availableProcessors());
  }
}
