package dev.nexusdelta.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clusters in virtual time: whatever goes wrong, nothing acknowledged is lost or contradicted. */
@Tag("long")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SimulationTest {
  /** Of each kind; more by -Dseeds, from another on by -Dseed. */
  private static final long SEEDS = Long.getLong("seeds", 420);

  private final Map<String, Integer> outcomes = new TreeMap<>();

  private void each(LongConsumer seed) {
    long from = Long.getLong("seed", 1);
    for (long i = from; i < from + SEEDS; i++) {
      try {
        seed.accept(i);
      } catch (Throwable e) {
        throw new AssertionError("seed " + i + ": " + e.getMessage(), e);
      }
    }
    assertThat(outcomes).containsKeys("Committed", "Conflict", "NotWritten", "Unknown");
  }

  private void end(Simulation world, Set<String> aside) {
    world.settle(aside);
    world.outcomes().forEach((name, count) -> outcomes.merge(name, count, Integer::sum));
  }

  private void cluster(long seed, int size) {
    Simulation world = new Simulation(seed);
    for (int i = 0; i < size; i++) {
      Simulation.Node node = world.node("n" + i, new Settings(size, true, Settings.Writer.NONE));
      world.at(world.random.nextInt(1500), node::start);
    }
    world.looking(200);
    if (world.random.nextBoolean()) {
      world.run(3000);
    }
    world.troubles(world.now() + 12_000);
    world.writing(world.now() + 12_000, 300);
    world.run(world.now() + 12_000);
    end(world, new HashSet<>());
  }

  @Test
  void threeLoseNothing() {
    each(seed -> cluster(seed, 3));
  }

  @Test
  void fiveLoseNothing() {
    each(seed -> cluster(seed, 5));
  }

  private static void disturbed(Simulation world, long millis) {
    world.troubles(world.now() + millis);
    world.writing(world.now() + millis, 300);
    world.run(world.now() + millis);
  }

  private static boolean same(Simulation.Node one, Simulation.Node other) {
    return one.up
        && other.up
        && other.member.held().founded()
        && one.member.held().cluster().equals(other.member.held().cluster());
  }

  /** One that was alone takes in a second, which may have been alone too, and then a third. */
  private void growth(long seed) {
    Simulation world = new Simulation(seed);
    Simulation.Node first = world.node("n0", Settings.ALONE);
    Simulation.Node second = world.node("n1", Settings.ALONE);
    first.start();
    if (world.random.nextBoolean()) {
      second.start();
    }
    // Nobody sees anybody yet.
    world.writing(2000, 200);
    world.run(2000);
    second.settings = new Settings(1, true, Settings.Writer.NONE);
    world.restart(second);
    world.looking(200);
    first.settings = new Settings(1 + world.random.nextInt(3), false, Settings.Writer.NONE);
    Simulation.Node third =
        world.node("n2", new Settings(1 + world.random.nextInt(3), true, Settings.Writer.NONE));
    third.gone = true;
    world.when(
        () -> same(first, second),
        () -> {
          third.gone = false;
          third.start();
        });
    disturbed(world, 12_000);
    end(world, new HashSet<>());
    assertThat(first.member.held().roster().members()).contains("n0", "n1");
  }

  @Test
  void growsFromOneToThree() {
    each(this::growth);
  }

  /** A pair whose single writer changes, or is none at times. */
  private void pair(long seed) {
    Simulation world = new Simulation(seed);
    boolean swaps = world.random.nextBoolean();
    boolean none = world.random.nextInt(3) == 0;
    Settings.Writer writes = none ? Settings.Writer.NONE : Settings.Writer.THIS;
    Settings.Writer waits = none ? Settings.Writer.NONE : Settings.Writer.OTHER;
    Simulation.Node first = world.node("n0", new Settings(2, true, writes));
    Simulation.Node second = world.node("n1", new Settings(2, true, waits));
    first.start();
    second.start();
    world.looking(200);
    disturbed(world, 8000);
    if (swaps) {
      first.settings = new Settings(2, true, Settings.Writer.OTHER);
      second.settings = new Settings(2, true, Settings.Writer.THIS);
    }
    disturbed(world, 8000);
    world.heal();
    world.restart(first);
    world.restart(second);
    end(world, new HashSet<>());
  }

  @Test
  void aPairWithOneWriterLosesNothing() {
    each(this::pair);
  }

  @Test
  void theWriterOfAPairNeedsNobodyAndTheOtherTakesOverNothing() {
    Simulation world = new Simulation(1);
    Simulation.Node writer = world.node("n0", new Settings(2, true, Settings.Writer.THIS));
    Simulation.Node reader = world.node("n1", new Settings(2, true, Settings.Writer.OTHER));
    writer.start();
    reader.start();
    world.looking(200);
    world.run(5000);
    reader.crash();
    world.run(10_000);
    world.write(writer);
    world.run(12_000);
    assertThat(world.outcomes()).containsExactly(Map.entry("Committed", 1));
    writer.crash();
    reader.start();
    world.run(20_000);
    world.write(reader);
    world.run(30_000);
    assertThat(world.outcomes())
        .containsExactlyInAnyOrderEntriesOf(Map.of("Committed", 1, "NotWritten", 1));
    assertThat(reader.member.state().trouble().orElseThrow()).contains("cluster.writer");
  }

  /** One dies for good, is forgotten, and another comes in its place. */
  private void replaced(long seed) {
    Simulation world = new Simulation(seed);
    Settings settings = new Settings(3, true, Settings.Writer.NONE);
    for (int i = 0; i < 3; i++) {
      world.node("n" + i, settings).start();
    }
    world.looking(200);
    world.run(3000);
    Simulation.Node dead = world.nodes.get(world.random.nextInt(3));
    dead.crash();
    dead.gone = true;
    Simulation.Node fresh = world.node("n3", settings);
    world.at(1000 + world.random.nextInt(6000), fresh::start);
    forgetting(world, dead.id);
    disturbed(world, 12_000);
    end(world, new HashSet<>());
    for (Simulation.Node node : world.nodes) {
      if (node != dead) {
        assertThat(node.member.held().roster().members()).contains("n3").doesNotContain(dead.id);
      }
    }
  }

  /** One is forgotten and comes back with its disk as it was, whatever goes wrong meanwhile. */
  private void forgottenComesBack(long seed) {
    Simulation world = new Simulation(seed);
    int size = 3 + world.random.nextInt(3);
    Settings settings = new Settings(1, true, Settings.Writer.NONE);
    for (int i = 0; i < size; i++) {
      world.node("n" + i, settings).start();
    }
    world.looking(200);
    world.run(4000);
    Simulation.Node outcast = world.nodes.get(world.random.nextInt(size));
    boolean leads = outcast.member.state().leads();
    world.writing(world.now() + 30_000, 300);
    outcast.crash();
    outcast.gone = true;
    forgetting(world, outcast.id);
    world.run(world.now() + 8000);
    List<Simulation.Node> others = world.nodes.stream().filter(it -> it != outcast).toList();
    assertThat(others)
        .as("seed %s, it had led: %s", seed, leads)
        .allSatisfy(it -> assertThat(it.member.held().forgot(outcast.id)).isTrue());
    outcast.outcast = true;
    outcast.gone = false;
    outcast.start();
    neverLeads(world, outcast);
    disturbed(world, 12_000);
    end(world, new HashSet<>());
    for (Simulation.Node node : others) {
      assertThat(node.member.held().roster().members()).doesNotContain(outcast.id);
      assertThat(node.member.held().roster().members()).hasSize(size - 1);
    }
    world.write(outcast);
    world.run(world.now() + 500);
    assertThat(world.last().outcome)
        .hasValueSatisfying(it -> assertThat(it).isInstanceOf(Outcome.NotWritten.class));
  }

  private static void neverLeads(Simulation world, Simulation.Node node) {
    world.at(
        20,
        () -> {
          boolean leads = node.up && node.member.state().leads();
          History.check(!leads, node.id + " leads though it was forgotten");
          neverLeads(world, node);
        });
  }

  @Test
  void whoWasForgottenIsNotAdmittedAgain() {
    each(this::forgottenComesBack);
  }

  /** A follower gets back an old copy of its disk while the others live. */
  private void copiedBack(long seed) {
    Simulation world = new Simulation(seed);
    Settings settings = new Settings(3, true, Settings.Writer.NONE);
    for (int i = 0; i < 3; i++) {
      world.node("n" + i, settings).start();
    }
    world.looking(200);
    world.writing(15_000, 400);
    world.run(3000 + world.random.nextInt(1000));
    Simulation.Node leader = leader(world);
    Simulation.Node victim =
        world.nodes.get((world.nodes.indexOf(leader) + 1 + world.random.nextInt(2)) % 3);
    Map<String, String> copy = Map.copyOf(victim.disk);
    Position then = victim.member.held().position();
    world.run(world.now() + 2500 + world.random.nextInt(1000));
    Position told = victim.member.held().position();
    assertThat(told.sequence()).isGreaterThan(then.sequence());
    victim.exchange(copy);
    world.run(world.now() + world.random.nextInt(1500));
    victim.start();
    // A request to the one before may have to be given up first.
    world.run(world.now() + 4000);
    assertThat(leader.member.state().trouble().orElseThrow())
        .contains("member " + victim.id + " came back with an older registry");
    assertThat(leader.member.state().leads()).isTrue();
    assertThat(victim.member.held().position().sequence()).isGreaterThanOrEqualTo(told.sequence());
    disturbed(world, 5000);
    end(world, new HashSet<>());
  }

  private static Simulation.Node leader(Simulation world) {
    return world.nodes.stream()
        .filter(node -> node.member.state().leads())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anOldCopyOfADiskIsNoticedAndCountsForNothing() {
    each(this::copiedBack);
  }

  private static void forgetting(Simulation world, String id) {
    world.at(
        700,
        () -> {
          for (Simulation.Node node : world.nodes) {
            if (node.up && node.member.held().roster().members().contains(id)) {
              node.step(
                  () ->
                      node.member.submit(new Proposal(List.of(), id), world.now(), outcome -> {}));
            }
          }
          forgetting(world, id);
        });
  }

  @Test
  void oneIsForgottenAndReplaced() {
    each(this::replaced);
  }
}
