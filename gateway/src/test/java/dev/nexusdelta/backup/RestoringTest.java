package dev.nexusdelta.backup;

import static dev.nexusdelta.backup.Backups.deleted;
import static dev.nexusdelta.backup.Backups.of;
import static dev.nexusdelta.backup.Backups.release;
import static dev.nexusdelta.backup.Backups.spec;
import static dev.nexusdelta.backup.Backups.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.backup.RestoreReport.Outcome;
import dev.nexusdelta.backup.RestoreReport.Row;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real store. */
class RestoringTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private RegistryFile store;
  private Registry registry;

  @BeforeEach
  void open() throws Exception {
    store = get(RegistryFile.open(vertx, folder.resolve("registry.db")));
    registry = get(StoredRegistry.open(store.store(), InstantSource.fixed(Backups.THEN)));
  }

  @AfterEach
  void close() throws Exception {
    get(store.close());
    get(vertx.close());
  }

  /** A place that lets somebody in just before an agent's turn, and refuses one agent. */
  private final class Place implements Restoring.Place {
    private String intruded = "";
    private String refused = "";

    @Override
    public void check(Optional<AgentSpec> before, AgentSpec after) {
      if (after.name().value().equals(refused)) {
        throw new IllegalStateException("no room for " + refused);
      }
    }

    @Override
    public Future<Optional<String>> fileHash(AgentName name) {
      return name.value().equals(intruded)
          ? put(spec(intruded, "description: theirs")).map(Optional.of("hash-now"))
          : Future.succeededFuture(Optional.of("hash-now"));
    }
  }

  private final Place place = new Place();

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Future<AgentSpec> put(AgentSpec spec) {
    return registry.edit(spec.name(), OptionalLong.empty(), "other", stored -> spec);
  }

  private RestoreReport restore(Backup backup, boolean prune) throws Exception {
    RestorePlan plan = RestorePlan.of(backup, registry.specs(), prune);
    return get(Restoring.run(registry, plan, "cli", place));
  }

  private Backup take() throws Exception {
    return get(Backup.take(registry, "gw-test", Backups.THEN));
  }

  private static Row row(RestoreReport report, String name) {
    return report.rows().stream()
        .filter(row -> row.step().name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bringsBackAllOfIt() throws Exception {
    get(put(with(spec("Echo", "scale: {max: 3}"), 0, true, OptionalInt.of(2), false)));
    get(registry.put(release("Echo", "older")));
    get(registry.put(release("Echo", "newer")));
    get(put(spec("Gone", "")));
    get(put(deleted(spec("Gone", ""))));
    Backup backup = take();
    get(store.close());
    store = get(RegistryFile.open(vertx, folder.resolve("another.db")));
    registry = get(StoredRegistry.open(store.store(), InstantSource.fixed(Backups.THEN)));
    RestoreReport report = restore(Backups.good(backup.text()), false);
    assertThat(report.rows()).allMatch(row -> row.outcome() == Outcome.DONE);
    assertThat(report.summary()).startsWith("1 created, 0 changed, 0 same, 0 deleted, 1 known");
    AgentSpec echo = registry.agent(new AgentName("Echo")).orElseThrow();
    assertThat(echo.pinned()).hasValue(2);
    assertThat(echo.by()).isEqualTo("cli");
    assertThat(get(registry.releases(echo.name())).stream().map(Release::id))
        .containsExactly("newer", "older");
    assertThat(registry.agents()).hasSize(1);
    assertThat(registry.agentOrTombstone(new AgentName("Gone"))).isPresent();
    long revisions = registry.specs().stream().mapToLong(AgentSpec::revision).sum();
    RestoreReport again = restore(backup, true);
    assertThat(again.summary()).startsWith("0 created, 0 changed, 2 same, 0 deleted;");
    assertThat(registry.specs().stream().mapToLong(AgentSpec::revision).sum()).isEqualTo(revisions);
  }

  @Test
  void whoChangesAnAgentMeanwhileHasItTheirWay() throws Exception {
    get(put(spec("Alpha", "")));
    get(put(spec("Echo", "")));
    place.intruded = "Echo";
    RestoreReport report =
        restore(of(spec("Alpha", "version: '2'"), spec("Echo", "version: '2'")), false);
    assertThat(row(report, "Alpha").outcome()).isEqualTo(Outcome.DONE);
    assertThat(row(report, "Echo").outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(row(report, "Echo").reason()).contains("revision 1 was read, 2 is there now");
    assertThat(registry.agent(new AgentName("Echo")).orElseThrow().manifest().description())
        .isEqualTo("theirs");
    assertThat(report.summary()).contains("1 changed, 0 same", "1 left as changed meanwhile");
  }

  @Test
  void neitherOverwritesNorDeletesWhatCameUpMeanwhile() throws Exception {
    place.intruded = "Echo";
    RestoreReport created = restore(of(spec("Echo", "")), false);
    assertThat(row(created, "Echo").outcome()).isEqualTo(Outcome.CONFLICT);
    get(put(spec("Echo", "description: third")));
    RestoreReport pruned = restore(of(), true);
    assertThat(row(pruned, "Echo").outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(registry.agent(new AgentName("Echo"))).isPresent();
  }

  @Test
  void aStepThatFailsStopsNoOther() throws Exception {
    place.refused = "Echo";
    RestoreReport report = restore(of(spec("Alpha", ""), spec("Echo", ""), spec("Zoe", "")), false);
    assertThat(row(report, "Echo").outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row(report, "Echo").reason()).isEqualTo("no room for Echo");
    assertThat(registry.agents().stream().map(spec -> spec.name().value()))
        .containsExactly("Alpha", "Zoe");
    assertThat(report.json().getJsonArray("agents").getJsonObject(1).getString("result"))
        .isEqualTo("failed");
  }

  @Test
  void prunesWithTheFileInMind() throws Exception {
    get(put(spec("Echo", "")));
    RestoreReport report = restore(of(), true);
    assertThat(row(report, "Echo").outcome()).isEqualTo(Outcome.DONE);
    AgentSpec tomb = registry.agentOrTombstone(new AgentName("Echo")).orElseThrow();
    assertThat(tomb.deleted()).isTrue();
    assertThat(tomb.appliedHash()).hasValue("hash-now");
  }

  @Test
  void keepsTheHistoryThatIsThere() throws Exception {
    get(put(deleted(spec("Echo", ""))));
    get(registry.put(release("Echo", "mine")));
    restore(
        new Backup(
            Backups.THEN,
            "gw-test",
            List.of(new BackupEntry(spec("Echo", ""), List.of(release("Echo", "theirs"))))),
        false);
    assertThat(registry.agent(new AgentName("Echo"))).isPresent();
    assertThat(get(registry.releases(new AgentName("Echo"))).stream().map(Release::id))
        .containsExactly("mine");
  }
}
