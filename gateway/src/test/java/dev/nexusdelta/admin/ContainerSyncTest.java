package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.host.Containers.Found;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.Run;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ContainerSyncTest {
  private static final AgentName BOX = new AgentName("Box");

  /** Before and after what the registry writes as time of each change. */
  private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");

  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

  private final MemoryRegistry registry = new MemoryRegistry();
  private final List<String> events = new ArrayList<>();
  private final List<AgentName> routed = new ArrayList<>();
  private final ContainerSync sync = new ContainerSync(registry, log(), routed::add);

  private EventLog log() {
    return new EventLog() {
      @Override
      public void add(
          String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
        events.add(type + " " + agent.orElse("-") + " " + by + ": " + reason);
      }

      @Override
      public void heard(String gateway, FleetEvent event) {}

      @Override
      public Optional<List<FleetEvent>> since(long id) {
        return Optional.empty();
      }

      @Override
      public List<FleetEvent> recent() {
        return List.of();
      }

      @Override
      public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
        return () -> {};
      }
    };
  }

  private static Found container(String id, Instant created, String version) {
    return new Found(id, "name-" + id, Optional.of(version).filter(it -> !it.isEmpty()), created);
  }

  private void delete() {
    registry.edit(
        BOX,
        OptionalLong.empty(),
        "api",
        stored -> SpecEdits.deleted(stored.orElseThrow(), Optional.empty()));
  }

  @Test
  void makesTheAgentThatNobodyHasMade() {
    sync.changed(BOX, List.of(container("a", EARLY, ""), container("b", LATE, "2.0")));
    AgentSpec spec = registry.agent(BOX).orElseThrow();
    assertThat(spec.by()).isEqualTo("docker");
    assertThat(spec.name().value()).isEqualTo("Box");
    assertThat(spec.enabled()).isTrue();
    assertThat(spec.manifest().version()).isEqualTo("2.0");
    assertThat(spec.manifest().run())
        .isEqualTo(new Run.Url(List.of(URI.create("container://Box"))));
    sync.changed(BOX, List.of());
    assertThat(registry.agent(BOX)).contains(spec);
    assertThat(routed).containsExactly(BOX, BOX);
    sync.changed(BOX, List.of(container("c", LATE, "3.0")));
    assertThat(registry.agent(BOX)).contains(spec);
    assertThat(events).isEmpty();
  }

  @Test
  void versionIsOneWhereNoneIsNamed() {
    sync.changed(BOX, List.of(container("a", EARLY, "")));
    assertThat(registry.agent(BOX).orElseThrow().manifest().version()).isEqualTo("1.0.0");
  }

  @Test
  void aDeletedOneComesBackWithANewContainerOnly() {
    sync.changed(BOX, List.of(container("a", EARLY, ""), container("b", LATE, "")));
    delete();
    sync.changed(BOX, List.of(container("a", EARLY, ""), container("b", LATE, "")));
    sync.changed(BOX, List.of(container("b", LATE, "")));
    sync.changed(BOX, List.of());
    assertThat(registry.agent(BOX)).isEmpty();
    sync.changed(BOX, List.of(container("c", EARLY, "")));
    assertThat(registry.agent(BOX)).isPresent();
  }

  @Test
  void remembersThatOverALifeOfTheGateway() {
    sync.changed(BOX, List.of(container("a", EARLY, "")));
    delete();
    ContainerSync next = new ContainerSync(registry, log(), routed::add);
    next.changed(BOX, List.of(container("a", EARLY, "")));
    assertThat(registry.agent(BOX)).isEmpty();
    next.changed(BOX, List.of(container("a", EARLY, ""), container("b", LATE, "")));
    assertThat(registry.agent(BOX)).isPresent();
  }

  @Test
  void leavesOthersAsTheyAreAndSaysOnceThatNoCallGoesThere() {
    create("{command: run}");
    sync.changed(BOX, List.of(container("a", EARLY, "")));
    sync.changed(BOX, List.of(container("a", EARLY, ""), container("b", EARLY, "")));
    assertThat(registry.agent(BOX).orElseThrow().by()).isEqualTo("api");
    assertThat(events).hasSize(1);
    assertThat(events.get(0))
        .startsWith("container.refused Box docker: container name-a is labelled nexus.agent=Box")
        .contains("run: {url: [container://Box]}");
  }

  @Test
  void saysNothingWhereTheManifestNamesTheContainers() {
    create("{url: ['http://192.0.2.1', 'CONTAINER://box:90']}");
    sync.changed(BOX, List.of(container("a", EARLY, "")));
    assertThat(events).isEmpty();
  }

  private void create(String run) {
    ManifestReader.read("name: Box\nrun: " + run)
        .fold(
            manifest ->
                registry.edit(
                    BOX,
                    OptionalLong.empty(),
                    "api",
                    stored -> SpecEdits.created(stored, manifest, "", Optional.empty())),
            faults -> {
              throw new AssertionError(faults);
            });
  }
}
