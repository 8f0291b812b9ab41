package dev.nexusdelta.app;

import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.docker.DockerHost;
import dev.nexusdelta.host.docker.DockerHostSettings;
import dev.nexusdelta.host.process.ProcessHost;
import dev.nexusdelta.host.process.ProcessHostSettings;
import dev.nexusdelta.host.url.SystemNames;
import dev.nexusdelta.host.url.UrlHost;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/** Makes the hosts: the one that runs replicas, and the one for agents that run elsewhere. */
record Hosts(
    Settings settings,
    Surroundings world,
    Vertx vertx,
    Listening listening,
    ContainerDoor containerDoor) {
  private static final Duration RESOLVE = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long AGENT_LOG_BYTES = 10L << 20;
  private static final int STARTS_PER_CORE = 2;

  /** By kind; nothing is started yet. */
  Map<String, ReplicaHost> all() {
    ReplicaHost runs = settings.host().equals("docker") ? containers() : processes();
    ReplicaHost elsewhere = elsewhere();
    return Map.of(runs.kind(), runs, elsewhere.kind(), elsewhere);
  }

  private ReplicaHost processes() {
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
            new AgentFolders(settings.agents())::codeHash),
        world.clock(),
        world.nanos(),
        world.random());
  }

  private ReplicaHost containers() {
    Settings.Docker docker = settings.docker();
    return new DockerHost(
        vertx.getOrCreateContext(),
        new DockerHostSettings(
            settings.data(),
            world.layout(),
            world.javaHome(),
            settings.ports().first(),
            settings.ports().last(),
            containerDoor::url,
            world.environment(),
            GRACE,
            parallelStarts(),
            new AgentFolders(settings.agents())::codeHash,
            docker.engine().toString(),
            DockerHostSettings.Reach.valueOf(docker.reach().name()),
            docker.base(),
            docker.commandBase(),
            "nexus"),
        world.clock(),
        world.nanos(),
        world.random());
  }

  private ReplicaHost elsewhere() {
    return new UrlHost(
        vertx.getOrCreateContext(),
        new SystemNames(vertx),
        Containers.none(),
        RESOLVE,
        world.clock(),
        world.random());
  }

  private static int parallelStarts() {
    return STARTS_PER_CORE * Math.max(1, Runtime.getRuntime().availableProcessors());
  }
}
