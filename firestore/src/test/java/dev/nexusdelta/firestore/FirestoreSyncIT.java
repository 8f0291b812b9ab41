package dev.nexusdelta.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.Settings;
import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.TakeOver;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.sync.Pace;
import dev.nexusdelta.sync.Pause;
import dev.nexusdelta.sync.Reconciliation;
import dev.nexusdelta.sync.RegistrySync;
import dev.nexusdelta.sync.RemoteDocument;
import dev.nexusdelta.sync.RemoteRegistry;
import dev.nexusdelta.sync.RemoteSettings;
import dev.nexusdelta.sync.SyncEvents;
import dev.nexusdelta.sync.Trust;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The registry's file and the real emulator, over a network that may swallow everything. */
final class FirestoreSyncIT {
  private static final int AGENTS = 20;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private @Nullable Emulator emulator;
  private Relay relay;
  private RemoteRegistry console;
  private RemoteRegistry remote;
  private SqliteAcceptor file;
  private Ledger ledger;
  private LedgerStore store;
  private StoredRegistry registry;
  private RegistrySync sync;

  @BeforeEach
  void open(TestInfo test) throws IOException {
    emulator = new Emulator(folder);
    relay = new Relay(emulator.port());
    console = remote(emulator.address());
    begin();
  }

  private RemoteRegistry remote(String address) {
    return new FirestoreProvider().open(vertx, new RemoteSettings("demo-nexus", "agents", address));
  }

  private void begin() {
    file = get(SqliteAcceptor.open(vertx, folder.resolve("registry.db")));
    ledger =
        get(
            Ledger.open(
                vertx,
                new Ledger.Parts(
                    file,
                    Transport.none(),
                    Settings.ALONE,
                    dev.nexusdelta.consensus.Pace.USUAL,
                    System::nanoTime,
                    new Random())));
    store = LedgerStore.over(vertx, ledger, TakeOver.UNTOLD);
    registry = get(StoredRegistry.open(store, InstantSource.system()));
    remote = remote(relay.address());
    sync =
        get(
            RegistrySync.open(
                vertx,
                new RegistrySync.Parts(
                    registry,
                    store.sync(),
                    remote,
                    new Reconciliation(Trust.CARD, url -> Optional.of("not allowed")),
                    new Told(),
                    agent -> List.of(),
                    System::nanoTime,
                    Pace.USUAL,
                    new Pause(new Random(1)))));
  }

  private void end() {
    get(sync.close());
    get(store.close());
    get(ledger.close());
    get(file.close());
  }

  @AfterEach
  void close() throws IOException {
    try {
      end();
      get(console.close());
      get(vertx.close());
      relay.close();
    } finally {
      if (emulator != null) {
        emulator.close();
      }
    }
  }

  @Test
  void editsOfBothSidesInASilentOutageMeetAfterIt() {
    edit("before");
    untilAlike();
    relay.swallow();
    for (int i = 1; i <= 5; i++) {
      edit("in the outage " + i);
    }
    RemoteDocument there = outside().get("agent0");
    JsonObject content = there.content().copy();
    content.getJsonObject("card").put("purpose", "by somebody");
    get(console.write("agent0", content, there.updateTime()));
    until("noticed", () -> !sync.status().orElseThrow().trouble().isEmpty());
    end();
    begin();
    assertThat(registry.agents()).hasSize(AGENTS);
    relay.mend();
    untilAlike();
    assertThat(purposes().get("agent0")).isEqualTo("by somebody");
    assertThat(purposes().get("agent1")).isEqualTo("in the outage 5");
    assertThat(events).contains("superseded Agent0");
    assertThat(get(store.sync().superseded(new AgentName("Agent0"))))
        .first()
        .satisfies(lost -> assertThat(lost.manifest().description()).isEqualTo("in the outage 5"));
  }

  private void edit(String description) {
    for (int i = 0; i < AGENTS; i++) {
      AgentName name = new AgentName("Agent" + i);
      get(
          registry.edit(
              name, OptionalLong.empty(), "test", found -> described(name, found, description)));
    }
  }

  private static AgentSpec described(
      AgentName name, Optional<AgentSpec> found, String description) {
    Manifest manifest =
        ManifestReader.read(
                "name: %s\ndescription: %s\nrun: {java: A.java}".formatted(name, description))
            .fold(
                it -> it,
                faults -> {
                  throw new AssertionError(faults.toString());
                });
    return new AgentSpec(
        name,
        manifest,
        true,
        OptionalInt.empty(),
        1,
        found.map(AgentSpec::revision).orElse(0L),
        "",
        Optional.empty(),
        false,
        Instant.EPOCH,
        "");
  }

  private Map<String, RemoteDocument> outside() {
    Map<String, RemoteDocument> documents = new TreeMap<>();
    get(console.read()).documents().forEach(found -> documents.put(found.key(), found));
    return documents;
  }

  private Map<String, String> purposes() {
    Map<String, String> purposes = new TreeMap<>();
    outside()
        .forEach(
            (key, found) ->
                purposes.put(key, found.content().getJsonObject("card").getString("purpose")));
    return purposes;
  }

  private void untilAlike() {
    until(
        "alike",
        () -> {
          Map<String, String> here = new TreeMap<>();
          registry
              .agents()
              .forEach(spec -> here.put(spec.name().key(), spec.manifest().description()));
          return here.equals(purposes()) && sync.status().orElseThrow().pending() == 0;
        });
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private final class Told implements SyncEvents {
    @Override
    public void superseded(AgentSpec lost, AgentSpec by) {
      events.add("superseded " + lost.name());
    }

    @Override
    public void ignored(AgentName agent, String what) {
      events.add("ignored " + agent);
    }

    @Override
    public void refused(AgentName agent, String reason) {
      events.add("refused " + agent + " " + reason);
    }

    @Override
    public void vanished(int documents, int of) {
      events.add("vanished");
    }

    @Override
    public void trouble(String reason) {
      events.add("trouble " + reason);
    }
  }
}
