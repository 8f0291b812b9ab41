package dev.nexusdelta.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Specs;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Two sides that are edited at random, over a connection that loses writes, answers, or both, or
 * delivers them late, by a program that dies between any two steps.
 */
final class ConvergenceTest {
  private static final AgentName MATH = new AgentName("Math");
  private static final int STEPS = 60;

  private final Reconciliation rules = new Reconciliation(Trust.FULL, url -> Optional.empty());
  private Random random = new Random();
  private List<String> history = new ArrayList<>();
  private Optional<AgentSpec> local = Optional.empty();
  private Optional<RemoteDocument> remote = Optional.empty();
  private Optional<RemoteDocument> seen = Optional.empty();
  private SyncMark mark = SyncMark.none(MATH);
  private List<Step.Push> late = new ArrayList<>();
  private Set<String> wereOutside = new HashSet<>();
  private Set<String> wereHere = new HashSet<>();
  private int edits;
  private int times;

  @Test
  void bothSidesBecomeAlikeAndNoEditIsLostInSilence() {
    for (int seed = 0; seed < 1_000; seed++) {
      begin(seed);
      for (int i = 0; i < STEPS; i++) {
        happen();
      }
      settle(seed);
    }
  }

  private void begin(int seed) {
    random = new Random(seed);
    history = new ArrayList<>();
    local = Optional.empty();
    remote = Optional.empty();
    seen = Optional.empty();
    mark = SyncMark.none(MATH);
    late = new ArrayList<>();
    wereOutside = new HashSet<>();
    wereHere = new HashSet<>();
    edits = 0;
    times = 0;
  }

  private void happen() {
    switch (random.nextInt(8)) {
      case 0, 1 -> editHere();
      case 2 -> editThere();
      case 3 -> seen = remote;
      case 4 -> {
        if (!late.isEmpty()) {
          land(late.remove(random.nextInt(late.size())));
        }
      }
      default -> step(random.nextInt(4));
    }
  }

  private void settle(int seed) {
    List.copyOf(late).forEach(this::land);
    for (int i = 0; i < 10; i++) {
      seen = remote;
      step(0);
    }
    assertThat(rules.decide(MATH, local, mark, remote))
        .as("seed %d: %s", seed, history)
        .isEqualTo(new Step.Alike());
    if (local.isPresent() && remote.isPresent()) {
      assertThat(saying(remote.get())).isEqualTo(saying(local.get()));
    }
  }

  private void editHere() {
    boolean delete = local.isPresent() && !local.get().deleted() && random.nextInt(5) == 0;
    long revision = local.map(AgentSpec::revision).orElse(0L) + 1;
    AgentSpec next = ReconciliationTest.described(Specs.spec("Math", revision), "here " + ++edits);
    put(delete ? Specs.deleted(with(local.orElseThrow(), revision - 1)) : next);
  }

  private void put(AgentSpec next) {
    history.add("here " + saying(next));
    local = Optional.of(next);
    wereHere.add(saying(next));
  }

  private void editThere() {
    remote.ifPresent(
        document -> {
          JsonObject json = document.content().copy();
          if (random.nextInt(5) == 0) {
            json.put("deleted", !json.getBoolean("deleted"));
          }
          json.getJsonObject("card").put("purpose", "there " + ++edits);
          write(json);
        });
  }

  private void write(JsonObject json) {
    RemoteDocument document =
        new RemoteDocument("math", "t" + ++times, new JsonObject(json.encode()));
    remote = Optional.of(document);
    history.add("there " + saying(document));
    wereOutside.add(saying(document));
  }

  /**
   * The program looks at what it has seen last.
   *
   * @param fate of a write: 0 = made and answered, 1 = made, 2 = lost, 3 = made later
   */
  private void step(int fate) {
    Step step = rules.decide(MATH, local, mark, seen);
    if (step instanceof Step.Agree agree) {
      mark = agree.mark();
    } else if (step instanceof Step.Push push) {
      push(push, fate);
    } else if (step instanceof Step.Take take) {
      take(take, fate);
    } else {
      assertThat(step).isInstanceOf(Step.Alike.class);
    }
  }

  private void push(Step.Push push, int fate) {
    mark =
        mark.attempting(
            new SyncMark.Attempt(push.spec().revision(), AgentDocument.of(push.spec()).digest()));
    if (fate == 3) {
      late.add(push);
    } else if (fate < 2 && land(push) && fate == 0) {
      mark = new SyncMark(MATH, push.spec().revision(), "t" + times);
      seen = remote;
    }
  }

  private boolean land(Step.Push push) {
    if (!remote.map(RemoteDocument::updateTime).orElse("").equals(push.over())) {
      history.add("refused over " + push.over());
      return false;
    }
    remote.ifPresent(
        replaced ->
            assertThat(wereHere).as("known here before: %s", history).contains(saying(replaced)));
    write(AgentDocument.write(push.spec(), List.of()));
    return true;
  }

  private void take(Step.Take take, int fate) {
    if (take.revision() != local.map(AgentSpec::revision).orElse(0L)) {
      return;
    }
    local.ifPresent(
        replaced -> {
          if (!take.superseded()) {
            assertThat(wereOutside).as("was outside: %s", history).contains(saying(replaced));
          }
        });
    AgentSpec next = with(take.next(), take.revision() + 1);
    put(next);
    if (fate != 2) {
      mark = new SyncMark(MATH, next.revision(), take.updateTime());
    }
  }

  private static String saying(AgentSpec spec) {
    return spec.deleted() ? "deleted" : spec.manifest().description();
  }

  private static String saying(RemoteDocument document) {
    return document.content().getBoolean("deleted")
        ? "deleted"
        : document.content().getJsonObject("card").getString("purpose");
  }

  private static AgentSpec with(AgentSpec spec, long revision) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        spec.enabled(),
        OptionalInt.empty(),
        spec.generation(),
        revision,
        spec.codeHash(),
        spec.appliedHash(),
        spec.deleted(),
        Instant.EPOCH,
        spec.by());
  }
}
