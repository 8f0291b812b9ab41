package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.RolloutFacts.Build;
import dev.nexusdelta.health.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole replacements against a simulated host, with crashes and changes of mind. */
@NullUnmarked // a null fails the test as well
class RolloutSimulationTest {
  private static final class Sim {
    final Random random;
    final Map<String, RolloutFacts.Release> releases = new LinkedHashMap<>();
    final List<RolloutFacts.Copy> copies = new ArrayList<>();
    String target = "r0";
    int wanted = 3;
    int names;

    Sim(long seed) {
      random = new Random(seed);
      put("r0", Build.NONE, 0, false);
    }

    void put(String id, Build build, int applied, boolean served) {
      releases.put(id, new RolloutFacts.Release(id, build, applied, true, served, false));
    }

    RolloutFacts facts() {
      return new RolloutFacts(
          wanted, true, target, false, List.copyOf(releases.values()), List.copyOf(copies));
    }

    boolean settle() {
      boolean acted = false;
      for (int i = 0; i < 20; i++) {
        List<RolloutAction> actions = Rollout.decide(facts());
        if (actions.isEmpty()) {
          return acted;
        }
        acted = true;
        actions.forEach(this::act);
      }
      throw new AssertionError("never settles: " + facts() + " " + Rollout.decide(facts()));
    }

    void act(RolloutAction action) {
      if (action instanceof RolloutAction.Prepare prepare) {
        put(prepare.release(), Build.READY, 0, false);
      } else if (action instanceof RolloutAction.Apply apply) {
        RolloutFacts.Release release = releases.get(apply.release());
        assertThat(apply.count()).isNotNegative();
        put(apply.release(), release.build(), apply.count(), release.served());
        copies.removeIf(copy -> apply.victims().contains(copy.id()));
      } else if (action instanceof RolloutAction.Drain drain) {
        copies.replaceAll(
            copy ->
                copy.id().equals(drain.replica())
                    ? with(copy, Phase.DRAINING, copy.phase() != Phase.HEALTHY)
                    : copy);
      }
    }

    static RolloutFacts.Copy with(RolloutFacts.Copy copy, Phase phase, boolean drained) {
      return new RolloutFacts.Copy(
          copy.id(), copy.release(), copy.ordinal(), phase, drained, copy.since(), 0);
    }

    /** The host or time does one thing. */
    void world(boolean crashes) {
      int kind = random.nextInt(crashes ? 4 : 3);
      if (kind == 0) {
        for (RolloutFacts.Release release : releases.values()) {
          long have = copies.stream().filter(c -> c.release().equals(release.id())).count();
          if (have < release.applied()) {
            copies.add(
                new RolloutFacts.Copy(
                    "c" + names++,
                    release.id(),
                    names,
                    Phase.STARTING,
                    false,
                    Instant.ofEpochSecond(names),
                    0));
            return;
          }
        }
      } else if (!copies.isEmpty()) {
        int at = random.nextInt(copies.size());
        RolloutFacts.Copy copy = copies.get(at);
        if (kind == 3) {
          copies.remove(at);
        } else if (copy.phase() == Phase.DRAINING) {
          copies.set(at, with(copy, Phase.DRAINING, true));
        } else {
          copies.set(at, with(copy, Phase.HEALTHY, false));
          RolloutFacts.Release release = releases.get(copy.release());
          put(release.id(), release.build(), release.applied(), true);
        }
      }
    }

    long healthy() {
      return copies.stream().filter(c -> c.phase() == Phase.HEALTHY).count();
    }

    boolean done() {
      return copies.size() == wanted
          && copies.stream().allMatch(c -> c.release().equals(target) && c.phase() == Phase.HEALTHY)
          && releases.values().stream()
              .allMatch(r -> r.applied() == (r.id().equals(target) ? wanted : 0));
    }

    void converge(boolean crashes) {
      for (int i = 0; i < 5_000 && !done(); i++) {
        settle();
        world(crashes && i < 100);
      }
      settle();
      assertThat(done()).as("%s", facts()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aReplacementNeverServesWithLessNorLivesWithMoreThanOneExtra(long seed) {
    Sim sim = new Sim(seed);
    sim.wanted = 1 + (int) (seed % 4);
    sim.converge(false);
    sim.put("r1", Build.NONE, 0, false);
    sim.target = "r1";
    for (int i = 0; i < 5_000 && !sim.done(); i++) {
      sim.settle();
      assertThat(sim.healthy()).isGreaterThanOrEqualTo(sim.wanted);
      assertThat(sim.copies).hasSizeLessThanOrEqualTo(sim.wanted + 1);
      sim.world(false);
    }
    sim.settle();
    assertThat(sim.done()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25})
  void whateverCrashesAndChangesItEndsAsWanted(long seed) {
    Sim sim = new Sim(seed);
    for (int round = 0; round < 30; round++) {
      for (int i = sim.random.nextInt(40); i > 0; i--) {
        sim.settle();
        sim.world(true);
      }
      switch (sim.random.nextInt(3)) {
        case 0 -> sim.wanted = sim.random.nextInt(5);
        case 1 -> {
          sim.target = "r" + (round + 1);
          sim.put(sim.target, Build.NONE, 0, false);
        }
        default -> {
          List<String> ids = List.copyOf(sim.releases.keySet());
          sim.target = ids.get(sim.random.nextInt(ids.size()));
        }
      }
    }
    sim.converge(true);
  }
}
