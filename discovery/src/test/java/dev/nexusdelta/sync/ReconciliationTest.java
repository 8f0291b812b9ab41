package dev.nexusdelta.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.Specs;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ReconciliationTest {
  private static final AgentName MATH = new AgentName("Math");

  private final AgentSpec one = Specs.spec("Math", 1);
  private final AgentSpec two = described(Specs.spec("Math", 2), "edited here");

  @Test
  void nothingIsDoneAboutWhatIsAlike() {
    assertThat(card().decide(MATH, Optional.of(one), mark(1, "a"), document(one, "a")))
        .isEqualTo(new Step.Alike());
  }

  @Test
  void anEditHereIsWrittenOverTheDocumentThatIsKnown() {
    assertThat(card().decide(MATH, Optional.of(one), mark(0, ""), Optional.empty()))
        .isEqualTo(new Step.Push(one, ""));
    assertThat(card().decide(MATH, Optional.of(two), mark(1, "a"), document(one, "a")))
        .isEqualTo(new Step.Push(two, "a"));
  }

  @Test
  void anEditThereIsTaken() {
    Step.Take take =
        take(card().decide(MATH, Optional.of(one), mark(1, "a"), edited(one, "b", "there")));
    assertThat(take.next().manifest().description()).isEqualTo("there");
    assertThat(take.revision()).isEqualTo(1);
    assertThat(take.updateTime()).isEqualTo("b");
    assertThat(take.superseded()).isFalse();
    assertThat(take.ignored()).isEmpty();
  }

  @Test
  void ofTwoEditsTheOneThereWinsAndTheOtherIsKept() {
    Step.Take take =
        take(card().decide(MATH, Optional.of(two), mark(1, "a"), edited(one, "b", "there")));
    assertThat(take.next().manifest().description()).isEqualTo("there");
    assertThat(take.revision()).isEqualTo(2);
    assertThat(take.superseded()).isTrue();
  }

  @Test
  void twoEditsThatSayTheSameAgree() {
    assertThat(card().decide(MATH, Optional.of(two), mark(1, "a"), document(two, "b")))
        .isEqualTo(new Step.Agree(mark(2, "b")));
  }

  @Test
  void aWriteOfOursWhoseAnswerWasLostIsNobodysEdit() {
    SyncMark begun = mark(0, "").attempting(attempt(one));
    assertThat(card().decide(MATH, Optional.of(two), begun, document(one, "a")))
        .isEqualTo(new Step.Agree(mark(1, "a")));
    assertThat(card().decide(MATH, Optional.of(two), mark(1, "a"), document(one, "a")))
        .isEqualTo(new Step.Push(two, "a"));
    assertThat(
            take(card().decide(MATH, Optional.of(two), begun, edited(one, "b", "there")))
                .superseded())
        .isTrue();
  }

  @Test
  void whatRunsIsTakenWithFullTrustOnly() {
    Optional<RemoteDocument> remote =
        changed(
            one,
            "b",
            json -> {
              json.getJsonObject("manifest").put("run", new JsonObject().put("java", "Evil.java"));
              json.getJsonObject("card").put("purpose", "there");
              json.put("enabled", false).put("pinned", 7);
            });
    Step.Take some = take(card().decide(MATH, Optional.of(one), mark(1, "a"), remote));
    assertThat(some.next().manifest().run()).isEqualTo(one.manifest().run());
    assertThat(some.next().manifest().description()).isEqualTo("there");
    assertThat(some.next().enabled()).isFalse();
    assertThat(some.next().pinned()).isEqualTo(one.pinned());
    assertThat(some.ignored()).isEqualTo("pinned, run");

    Step.Take all = take(full().decide(MATH, Optional.of(one), mark(1, "a"), remote));
    assertThat(all.next().manifest().run())
        .isEqualTo(new Run.Java("Evil.java", List.of("lib/*.jar")));
    assertThat(all.next().pinned()).hasValue(7);
    assertThat(all.ignored()).isEmpty();
  }

  @Test
  void anAddressThatMayNotBeCalledIsRefused() {
    Optional<RemoteDocument> remote =
        changed(
            one,
            "b",
            json ->
                json.getJsonObject("manifest")
                    .put("run", new JsonObject().put("url", "http://169.254.169.254:80")));
    assertThat(full().decide(MATH, Optional.of(one), mark(1, "a"), remote))
        .isEqualTo(new Step.Refuse("not allowed"));
  }

  @Test
  void anotherAddressOfAKnownAgentIsNotTheOperatorsWord() {
    Optional<RemoteDocument> elsewhere =
        changed(
            one,
            "b",
            json ->
                json.getJsonObject("manifest")
                    .put("run", new JsonObject().put("url", "http://agents.example:9000")));
    Reconciliation full = new Reconciliation(Trust.FULL, url -> Optional.empty());
    AgentSpec moved = take(full.decide(MATH, Optional.of(one), mark(1, "a"), elsewhere)).next();
    assertThat(one.isForeign()).isFalse();
    assertThat(moved.isForeign()).isTrue();
    assertThat(moved.applied())
        .isEqualTo(new AppliedMark(AppliedMark.Origin.DOCUMENT, one.applied().fileHash()));
    AgentSpec described =
        take(full.decide(MATH, Optional.of(moved), mark(1, "b"), edited(moved, "c", "there")))
            .next();
    assertThat(described.applied()).isEqualTo(moved.applied());
    AgentSpec back =
        take(full.decide(MATH, Optional.of(moved), mark(1, "b"), document(one, "c"))).next();
    assertThat(back.applied()).isEqualTo(one.applied());
  }

  @Test
  void aNewAgentNeedsFullTrust() {
    assertThat(card().decide(MATH, Optional.empty(), mark(0, ""), document(one, "a")))
        .isInstanceOfSatisfying(
            Step.Refuse.class, refuse -> assertThat(refuse.reason()).contains("trust: full"));
    Step.Take take = take(full().decide(MATH, Optional.empty(), mark(0, ""), document(one, "a")));
    assertThat(take.next().manifest()).isEqualTo(one.manifest());
    assertThat(take.revision()).isZero();
  }

  @Test
  void anInvalidDocumentIsRefusedAndHealedByTheNextEditHere() {
    Optional<RemoteDocument> remote =
        changed(one, "b", json -> json.getJsonObject("manifest").put("run", "nothing"));
    assertThat(full().decide(MATH, Optional.of(one), mark(1, "a"), remote))
        .isInstanceOfSatisfying(
            Step.Refuse.class, refuse -> assertThat(refuse.reason()).contains("/run"));
    assertThat(full().decide(MATH, Optional.of(two), mark(1, "a"), remote))
        .isEqualTo(new Step.Push(two, "b"));
  }

  @Test
  void aDeletionIsATombstoneOnBothSides() {
    AgentSpec gone = Specs.deleted(one);
    assertThat(card().decide(MATH, Optional.of(gone), mark(1, "a"), document(one, "a")))
        .isEqualTo(new Step.Push(gone, "a"));
    assertThat(full().decide(MATH, Optional.of(one), mark(1, "a"), document(gone, "b")))
        .isInstanceOfSatisfying(
            Step.Take.class, take -> assertThat(take.next().deleted()).isTrue());
    assertThat(full().decide(MATH, Optional.of(one), mark(1, "a"), Optional.empty()))
        .isInstanceOfSatisfying(
            Step.Take.class, take -> assertThat(take.next().deleted()).isTrue());
    assertThat(card().decide(MATH, Optional.of(one), mark(1, "a"), Optional.empty()))
        .isEqualTo(new Step.Push(one, ""));
    assertThat(card().decide(MATH, Optional.of(gone), mark(1, "a"), Optional.empty()))
        .isEqualTo(new Step.Agree(mark(2, "")));
  }

  @Test
  void aSecretThatIsWrittenOutThereIsRefused() {
    Optional<RemoteDocument> remote = changed(one, "b", json -> env(json, "API_KEY", "hunter2"));
    Step step = full().decide(MATH, Optional.of(one), mark(1, "a"), remote);
    assertThat(step).isInstanceOf(Step.Refuse.class);
    assertThat(step.toString()).contains("/env/API_KEY").doesNotContain("hunter2");
    assertThat(full().decide(MATH, Optional.empty(), mark(0, ""), remote))
        .isInstanceOf(Step.Refuse.class);
  }

  @Test
  void aSecretThatStandsHereAlreadyMayStandThere() {
    JsonObject json = Documents.of(one);
    env(json, "API_KEY", "hunter2");
    AgentSpec old = Documents.spec(json);
    Step.Take take =
        take(full().decide(MATH, Optional.of(old), mark(1, "a"), edited(old, "b", "there")));
    assertThat(take.next().manifest().env()).containsEntry("API_KEY", "hunter2");
  }

  private static void env(JsonObject json, String name, String value) {
    json.getJsonObject("manifest").put("env", new JsonObject().put(name, value));
  }

  private static Reconciliation card() {
    return new Reconciliation(Trust.CARD, url -> Optional.of("not allowed"));
  }

  private static Reconciliation full() {
    return new Reconciliation(Trust.FULL, url -> Optional.of("not allowed"));
  }

  private static Step.Take take(Step step) {
    assertThat(step).isInstanceOf(Step.Take.class);
    return (Step.Take) step;
  }

  private static SyncMark mark(long revision, String updateTime) {
    return new SyncMark(MATH, revision, updateTime);
  }

  private static SyncMark.Attempt attempt(AgentSpec spec) {
    return new SyncMark.Attempt(spec.revision(), AgentDocument.of(spec).digest());
  }

  private static Optional<RemoteDocument> document(AgentSpec spec, String updateTime) {
    return changed(spec, updateTime, json -> {});
  }

  private static Optional<RemoteDocument> edited(AgentSpec spec, String time, String purpose) {
    return changed(spec, time, json -> json.getJsonObject("card").put("purpose", purpose));
  }

  /** As it comes back: text, not our objects. */
  private static Optional<RemoteDocument> changed(
      AgentSpec spec, String updateTime, Consumer<JsonObject> change) {
    JsonObject json = new JsonObject(AgentDocument.write(spec, List.of()).encode());
    change.accept(json);
    return Optional.of(new RemoteDocument("math", updateTime, json));
  }

  static AgentSpec described(AgentSpec spec, String description) {
    Manifest manifest =
        ManifestReader.readJson(
                ManifestWriter.write(spec.manifest()).put("description", description).encode())
            .fold(
                it -> it,
                faults -> {
                  throw new AssertionError(faults.toString());
                });
    return new AgentSpec(
        spec.name(),
        manifest,
        spec.enabled(),
        spec.pinned(),
        spec.generation(),
        spec.revision(),
        spec.codeHash(),
        spec.appliedHash(),
        spec.deleted(),
        spec.updated(),
        spec.by());
  }
}
