package dev.nexusdelta.sync;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.MemoryStore;
import dev.nexusdelta.discovery.Specs;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistrySyncTest {
  private static final AgentName MATH = new AgentName("Math");

  private final Vertx vertx = Vertx.vertx();
  private final MemoryRemote remote = new MemoryRemote();
  private final MemorySyncStore store = new MemorySyncStore();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private volatile List<ToolInfo> tools = List.of();
  private Pace pace = Pace.USUAL;
  private StoredRegistry registry;
  private @Nullable RegistrySync sync;

  @BeforeEach
  void openRegistry() {
    registry = await(StoredRegistry.open(new MemoryStore(), InstantSource.system()));
  }

  @AfterEach
  void close() {
    if (sync != null) {
      await(sync.close());
    }
    await(vertx.close());
  }

  @Test
  void anEditHereIsOutsideSoonAndOneThereIsHere() {
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    remote.edit("math", json -> json.getJsonObject("card").put("purpose", "there"));
    until("here", () -> description().equals("there"));
    assertThat(registry.agent(MATH).orElseThrow().by()).isEqualTo("firestore");
    untilQuiet();
    assertThat(remote.writes).hasSize(1);
    assertThat(events).isEmpty();
  }

  @Test
  void anAgentsDocumentIsWrittenOnceASecondWithTheLatest() {
    begin(Trust.CARD);
    for (int i = 0; i <= 50; i++) {
      edit("edit " + i);
    }
    untilOutside("edit 50");
    untilQuiet();
    assertThat(remote.writes).hasSizeLessThan(5);
    for (int i = 1; i < remote.writes.size(); i++) {
      assertThat(remote.writes.get(i) - remote.writes.get(i - 1))
          .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }
  }

  @Test
  void whatIsEditedInAnOutageIsOutsideAfterIt() {
    remote.fail(RemoteFailure.Kind.AWAY);
    begin(Trust.CARD);
    edit("in the outage");
    until("trouble", () -> !events.isEmpty());
    until("pending", () -> sync.status().orElseThrow().pending() == 1);
    assertThat(sync.status().orElseThrow().trouble()).contains("AWAY");
    remote.fail(null);
    untilOutside("in the outage");
    untilQuiet();
    assertThat(events).containsExactly("trouble the outside registry is AWAY", "trouble ");
  }

  @Test
  void aWriteWhoseAnswerWasLostIsNotTakenForSomebodysEdit() {
    begin(Trust.FULL);
    remote.losesAnswers = true;
    edit("first");
    untilOutside("first");
    edit("second");
    remote.losesAnswers = false;
    untilOutside("second");
    untilQuiet();
    assertThat(description()).isEqualTo("second");
    assertThat(events).noneMatch(event -> event.startsWith("superseded"));
  }

  @Test
  void ofTwoEditsInAnOutageTheOneThereWinsAndTheOtherIsTold() {
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.fail(RemoteFailure.Kind.AWAY);
    edit("here");
    remote.edit("math", json -> json.getJsonObject("card").put("purpose", "there"));
    remote.fail(null);
    until("there's", () -> description().equals("there"));
    untilQuiet();
    assertThat(events).contains("superseded here by there");
    assertThat(await(store.superseded(MATH)))
        .extracting(spec -> spec.manifest().description())
        .containsExactly("here");
    assertThat(remote.content("math").orElseThrow().getJsonObject("card").getString("purpose"))
        .isEqualTo("there");
  }

  @Test
  void whatIsNotTakenFromThereIsWrittenAsItIsHere() {
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.fail(RemoteFailure.Kind.AWAY);
    pin(3);
    remote.edit("math", json -> json.getJsonObject("card").put("purpose", "there"));
    remote.fail(null);
    until("there's", () -> description().equals("there"));
    until("ours", () -> Integer.valueOf(3).equals(outside().getInteger("pinned")));
    untilQuiet();
    assertThat(outside().getJsonObject("card").getString("purpose")).isEqualTo("there");
    assertThat(registry.agent(MATH).orElseThrow().pinned()).hasValue(3);
    assertThat(events).contains("superseded first by there");
  }

  @Test
  void aListenerThatIsBehindMakesNothingGone() {
    remote.behind = true;
    begin(Trust.FULL);
    edit("first");
    untilOutside("first");
    untilQuiet();
    assertThat(registry.agent(MATH)).isPresent();
    assertThat(remote.writes).hasSize(1);
    assertThat(events).isEmpty();
  }

  @Test
  void thatAllIsGoneIsNotBelievedBeforeSomebodySaysSo() {
    begin(Trust.FULL);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.empty();
    until("told", () -> events.contains("vanished 1 of 1"));
    until("held", () -> sync.status().orElseThrow().held());
    untilQuiet();
    assertThat(registry.agent(MATH)).isPresent();
    sync.confirmVanished();
    until("gone", () -> registry.agent(MATH).isEmpty());
  }

  @Test
  void whereNothingIsDeletedWhatIsGoneIsWrittenAgain() {
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.empty();
    untilOutside("first");
    untilQuiet();
    assertThat(registry.agent(MATH)).isPresent();
    assertThat(events).isEmpty();
  }

  @Test
  void anInvalidDocumentIsToldOnceAndTheLastGoodOneStays() {
    begin(Trust.FULL);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.edit("math", json -> json.put("schema", 9));
    until("told", () -> events.size() == 1);
    assertThat(events.get(0)).contains("refused Math").contains("'schema' is 9");
    assertThat(description()).isEqualTo("first");
    edit("healed");
    untilOutside("healed");
    until("well again", () -> events.contains("refused Math "));
  }

  @Test
  void whatADeafListenerWasNotToldOfIsFoundByLooking() {
    pace = new Pace(20, 100, 0);
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.deaf = true;
    remote.edit("math", json -> json.getJsonObject("card").put("purpose", "there"));
    until("here", () -> description().equals("there"));
  }

  @Test
  void anOutageShowsThoughNothingIsToBeWritten() {
    pace = new Pace(20, 60_000, 0);
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    remote.failSilently(RemoteFailure.Kind.AWAY);
    until("trouble", () -> state() == SyncState.DEGRADED);
    remote.failSilently(null);
    until("well", () -> state() == SyncState.SYNCED);
    assertThat(events).containsExactly("trouble the outside registry is AWAY", "trouble ");
  }

  @Test
  void aDocumentThatCannotBeWrittenHarmsNoOther() {
    begin(Trust.CARD);
    remote.refuses = "math";
    edit("too large");
    until("refused", () -> sync.of(MATH) == SyncState.REFUSED);
    await(
        registry.edit(
            new AgentName("Text"),
            OptionalLong.empty(),
            "test",
            found -> ReconciliationTest.described(Specs.spec("Text", 0), "other")));
    until("the other is outside", () -> remote.content("text").isPresent());
    assertThat(sync.refused().get(MATH)).contains("INVALID");
    remote.refuses = "";
    edit("smaller");
    untilOutside("smaller");
    until("well", () -> sync.of(MATH) == SyncState.SYNCED);
    assertThat(events)
        .containsExactly("refused Math the outside registry is INVALID", "refused Math ");
  }

  @Test
  void whoMadeAChangeSeesItPendingAtOnce() {
    remote.fail(RemoteFailure.Kind.AWAY);
    begin(Trust.CARD);
    edit("in the outage");
    assertThat(sync.of(MATH)).isEqualTo(SyncState.PENDING);
    assertThat(sync.of(new AgentName("Text"))).isEqualTo(SyncState.SYNCED);
  }

  @Test
  void toolsThatAreLearntLaterAreOnTheCardToo() {
    pace = new Pace(20, 60_000, 0);
    begin(Trust.CARD);
    edit("first");
    untilOutside("first");
    untilQuiet();
    tools = List.of(new ToolInfo("add", "adds", "", "", true, true, false));
    until(
        "on the card",
        () ->
            remote
                .content("math")
                .orElseThrow()
                .getJsonObject("card")
                .getJsonArray("tools")
                .encode()
                .contains("\"add\""));
    untilQuiet();
    assertThat(remote.writes).hasSize(2);
    assertThat(registry.agent(MATH).orElseThrow().revision()).isEqualTo(1);
    assertThat(events).isEmpty();
  }

  private SyncState state() {
    return sync.status().orElseThrow().state();
  }

  private void begin(Trust trust) {
    RegistrySync.Parts parts =
        new RegistrySync.Parts(
            registry,
            store,
            remote,
            new Reconciliation(trust, url -> Optional.empty()),
            new Told(),
            agent -> tools,
            System::nanoTime,
            pace,
            new Pause(new Random(1)));
    sync = await(RegistrySync.open(vertx, parts));
  }

  private void edit(String description) {
    await(
        registry.edit(
            MATH,
            OptionalLong.empty(),
            "test",
            found ->
                ReconciliationTest.described(found.orElse(Specs.spec("Math", 0)), description)));
  }

  private void pin(int replicas) {
    await(
        registry.edit(
            MATH,
            OptionalLong.empty(),
            "test",
            found -> pinned(found.orElseThrow(), OptionalInt.of(replicas))));
  }

  private static AgentSpec pinned(AgentSpec spec, OptionalInt replicas) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        spec.enabled(),
        replicas,
        spec.generation(),
        spec.revision(),
        spec.codeHash(),
        spec.appliedHash(),
        spec.deleted(),
        spec.updated(),
        spec.by());
  }

  private JsonObject outside() {
    return remote.content("math").orElseThrow();
  }

  private String description() {
    return registry.agent(MATH).orElseThrow().manifest().description();
  }

  private void untilOutside(String purpose) {
    until(
        purpose + " is outside",
        () ->
            remote
                .content("math")
                .map(json -> json.getJsonObject("card").getString("purpose").equals(purpose))
                .orElse(false));
  }

  private void untilQuiet() {
    until("quiet", () -> sync.status().orElseThrow().pending() == 0);
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private final class Told implements SyncEvents {
    @Override
    public void superseded(AgentSpec lost, AgentSpec by) {
      events.add(
          "superseded %s by %s"
              .formatted(lost.manifest().description(), by.manifest().description()));
    }

    @Override
    public void ignored(AgentName agent, String what) {
      events.add("ignored " + agent + " " + what);
    }

    @Override
    public void refused(AgentName agent, String reason) {
      events.add("refused " + agent + " " + reason);
    }

    @Override
    public void vanished(int documents, int of) {
      events.add("vanished " + documents + " of " + of);
    }

    @Override
    public void trouble(String reason) {
      events.add("trouble " + reason);
    }
  }
}
