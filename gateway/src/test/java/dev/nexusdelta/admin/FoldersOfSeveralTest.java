package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways of one cluster that have folders of the same agents. */
@Timeout(60)
class FoldersOfSeveralTest {
  private static final AgentName ECHO = new AgentName("Echo");

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private final Refusing registry = new Refusing(new MemoryRegistry());
  private final List<FolderSync> begun = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (FolderSync sync : begun) {
      sync.close().await(10, TimeUnit.SECONDS);
    }
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private void write(String gateway, int version) throws IOException {
    Path folder = Files.createDirectories(root.resolve(gateway).resolve("agents/echo"));
    Files.writeString(
        folder.resolve("agent.yaml"),
        "name: Echo\nversion: " + version + "\nrun: {command: ./run.sh}\n");
    Files.writeString(folder.resolve("run.sh"), "echo " + version);
  }

  private FolderSync start(String gateway) throws Exception {
    Path home = Files.createDirectories(root.resolve(gateway));
    FolderSync sync =
        new FolderSync(
            vertx,
            new AgentFolders(home.resolve("agents")),
            AppliedFolders.in(home.resolve("folders.json"), () -> true),
            registry,
            new FakeFleet().events,
            System::nanoTime);
    begun.add(sync);
    sync.start().await(10, TimeUnit.SECONDS);
    return sync;
  }

  private String version() {
    return registry.agent(ECHO).map(spec -> spec.manifest().version()).orElse("none");
  }

  @Test
  void aFolderThatHasNotChangedIsNoNewsAfterAnotherGatewaysOne() throws Exception {
    write("a", 1);
    FolderSync first = start("a");
    assertThat(version()).isEqualTo("1");
    write("b", 2);
    start("b");
    assertThat(version()).isEqualTo("2");
    String code = registry.agent(ECHO).orElseThrow().codeHash();

    first.close().await(10, TimeUnit.SECONDS);
    start("a");
    assertThat(version()).isEqualTo("2");
    assertThat(registry.agent(ECHO).orElseThrow().codeHash()).isEqualTo(code);
    write("a", 3);
    Plane.until("what is changed here counts", () -> version().equals("3"));
  }

  /** What {@code create} and {@code start} ask for where there is a folder. */
  private String versionOnceItIsThere(FolderSync sync) throws Exception {
    return sync.withFile(
            ECHO,
            found ->
                Future.succeededFuture(
                    found.orElseThrow().onto(registry.agentOrTombstone(ECHO), true).orElseThrow()))
        .await(10, TimeUnit.SECONDS)
        .manifest()
        .version();
  }

  @Test
  void whoWantsAnAgentToBeThereAppliesNoFolderThatIsNoNews() throws Exception {
    write("a", 1);
    FolderSync first = start("a");
    assertThat(first.seen().source(registry.agent(ECHO).orElseThrow()).applied()).isTrue();
    write("b", 2);
    FolderSync second = start("b");
    AgentSpec spec = registry.agent(ECHO).orElseThrow();
    assertThat(first.seen().source(spec).applied()).isFalse();
    assertThat(second.seen().source(spec).applied()).isTrue();

    assertThat(versionOnceItIsThere(first)).isEqualTo("2");
    second.close().await(10, TimeUnit.SECONDS);
    write("b", 3);
    assertThat(versionOnceItIsThere(second)).isEqualTo("3");
  }

  @Test
  void otherCodeIsToldToo() throws Exception {
    write("a", 1);
    FolderSync first = start("a");
    write("b", 1);
    Files.writeString(root.resolve("b/agents/echo/run.sh"), "echo other");
    start("b");
    AgentSpec spec = registry.agent(ECHO).orElseThrow();
    assertThat(first.seen().source(spec).applied()).isFalse();
    assertThat(first.seen().source(spec).drift()).isEmpty();
  }

  @Test
  void whatTheRegistryCannotTakeNowIsGivenAgain() throws Exception {
    write("a", 1);
    registry.refusals.set(1);
    start("a");
    assertThat(version()).isEqualTo("none");
    Plane.until("it is given again", () -> version().equals("1"));
  }

  /** A registry that may refuse edits. */
  private record Refusing(Registry registry, AtomicInteger refusals) implements Registry {
    Refusing(Registry registry) {
      this(registry, new AtomicInteger());
    }

    @Override
    public Collection<AgentSpec> agents() {
      return registry.agents();
    }

    @Override
    public Collection<AgentSpec> specs() {
      return registry.specs();
    }

    @Override
    public Optional<AgentSpec> agent(AgentName name) {
      return registry.agent(name);
    }

    @Override
    public Optional<AgentSpec> agentOrTombstone(AgentName name) {
      return registry.agentOrTombstone(name);
    }

    @Override
    public Future<AgentSpec> edit(
        AgentName name,
        OptionalLong ifRevision,
        String by,
        Function<Optional<AgentSpec>, AgentSpec> change) {
      return refusals.getAndDecrement() > 0
          ? Future.failedFuture("no majority")
          : registry.edit(name, ifRevision, by, change);
    }

    @Override
    public Future<List<Release>> releases(AgentName agent) {
      return registry.releases(agent);
    }

    @Override
    public Future<Void> put(Release release) {
      return registry.put(release);
    }

    @Override
    public void watch(Consumer<AgentSpec> listener) {
      registry.watch(listener);
    }
  }
}
