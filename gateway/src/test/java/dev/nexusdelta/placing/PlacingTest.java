package dev.nexusdelta.placing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.fleet.ClusterPart;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.fleet.Placed;
import dev.nexusdelta.fleet.PlacingControl;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.HostedAgent;
import dev.nexusdelta.placement.Placement.Patience;
import dev.nexusdelta.placement.Spread;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullUnmarked // a null fails the test as well
@Timeout(60)
class PlacingTest {
  private static final Patience PATIENCE = new Patience(Duration.ofHours(1), Duration.ofHours(1));

  private final Vertx vertx = Vertx.vertx();
  private final MemoryCluster cluster = new MemoryCluster();
  private final Known fleet = new Known();
  private final ClusterShares shares = new ClusterShares();
  private volatile boolean leads = true;
  private Set<String> forgotten = Set.of();
  private Placing placing;

  /** Agents as the test says, and their specs as the registry's. */
  private static final class Known implements PlacingControl, Registry {
    final Map<String, Placed> agents = new ConcurrentHashMap<>();
    final Map<String, AgentSpec> tombstones = new ConcurrentHashMap<>();
    final Map<String, Integer> adopted = new ConcurrentHashMap<>();
    final List<Runnable> looks = new CopyOnWriteArrayList<>();

    @Override
    public Collection<AgentSpec> specs() {
      return Stream.concat(agents.values().stream().map(Placed::spec), tombstones.values().stream())
          .toList();
    }

    void put(String name, int total, int runs, String more) {
      AgentSpec spec = spec(name, false, more);
      agents.put(
          spec.name().key(),
          new Placed(
              spec,
              total,
              new HostedAgent(1, "", runs, runs, runs, runs, 0, false, false, "", 0),
              0));
      looks.forEach(Runnable::run);
    }

    void delete(String name) {
      agents.remove(name);
      tombstones.put(name, spec(name, true, ""));
      looks.forEach(Runnable::run);
    }

    private static AgentSpec spec(String name, boolean deleted, String more) {
      return new AgentSpec(
          new AgentName(name),
          ManifestReader.read("name: " + name + "\nrun: {command: x}\n" + more)
              .fold(manifest -> manifest, faults -> fail(faults.toString())),
          !deleted,
          OptionalInt.empty(),
          0,
          1,
          "",
          Optional.empty(),
          deleted,
          Instant.EPOCH,
          "test");
    }

    private static <T> T fail(String why) {
      throw new AssertionError(why);
    }

    @Override
    public List<Placed> placed() {
      return List.copyOf(agents.values());
    }

    @Override
    public void adopt(AgentName agent, int total) {
      adopted.put(agent.key(), total);
    }

    @Override
    public void onLook(Runnable listener) {
      looks.add(listener);
    }

    @Override
    public Collection<AgentSpec> agents() {
      return agents.values().stream().map(Placed::spec).toList();
    }

    @Override
    public Optional<AgentSpec> agent(AgentName name) {
      return Optional.ofNullable(agents.get(name.key())).map(Placed::spec);
    }

    @Override
    public Optional<AgentSpec> agentOrTombstone(AgentName name) {
      return agent(name).or(() -> Optional.ofNullable(tombstones.get(name.key())));
    }

    @Override
    public Future<AgentSpec> edit(
        AgentName name,
        OptionalLong ifRevision,
        String by,
        Function<Optional<AgentSpec>, AgentSpec> change) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<Release>> releases(AgentName agent) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> put(Release release) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void watch(Consumer<AgentSpec> listener) {
      throw new UnsupportedOperationException();
    }
  }

  /** Nobody reads it here. */
  private static final class NoEvents implements EventLog {
    @Override
    public void add(
        String type, Optional<String> agent, Optional<String> replica, String by, String reason) {}

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
  }

  private void start() {
    placing =
        Placing.start(
            new Placing.Parts(
                vertx,
                "a",
                fleet,
                fleet,
                shares,
                new NoEvents(),
                cluster.join("a"),
                cluster,
                () -> forgotten,
                () -> leads,
                new HostFacts(Set.of("process"), 2, 0),
                spec -> new HeldCode("c0", false),
                PATIENCE,
                InstantSource.system(),
                System::nanoTime));
  }

  @AfterEach
  void close() throws Exception {
    placing.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static HostReport host(String gateway, int runs) {
    HostedAgent math = new HostedAgent(1, "", runs, runs, runs, runs, 0, false, false, "", 0);
    return new HostReport(gateway, 1, 1, Set.of("process"), 2, 0, Map.of("math", math));
  }

  private ClusterPart math() {
    return shares.of("math").orElseThrow();
  }

  private Map<String, Integer> published() {
    Assignment said = cluster.assignment("math");
    return said == null ? Map.of() : said.spread().shares();
  }

  private static Assignment said(long term, long sequence, int here) {
    return new Assignment(
        "math", term, sequence, new Spread(1, 7, Map.of("a", here), Map.of(), 0, true));
  }

  @Test
  void theLeaderDecidesForAllAndItsOwnFleetHears() {
    cluster.report(host("b", 0));
    fleet.put("math", 2, 0, "");
    start();
    until(() -> published().equals(Map.of("a", 1, "b", 1)));
    until(() -> math().share().equals(OptionalInt.of(1)));
    // It decides, so nobody tells it how many.
    assertThat(math().total()).isEmpty();
    assertThat(placing.gateways()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aHostThatDoesNotBelongIsAsIfItWereNotThere() {
    forgotten = Set.of("b");
    cluster.report(host("b", 2));
    fleet.put("math", 2, 0, "");
    start();
    until(() -> published().equals(Map.of("a", 2)));
    until(() -> math().share().equals(OptionalInt.of(2)));
    assertThat(math().others().present()).isZero();
    assertThat(placing.gateways()).containsExactly("a");
  }

  @Test
  void whoDoesNotLeadObeysTheNewestWordOnly() {
    leads = false;
    fleet.put("math", 3, 3, "");
    start();
    assertThat(math().share()).isEmpty();
    List<OptionalInt> obeyed = new CopyOnWriteArrayList<>();
    shares.onChange(agents -> obeyed.add(math().share()));
    cluster.assign(said(2, 5, 4));
    until(() -> math().share().equals(OptionalInt.of(4)));
    assertThat(math().total()).hasValue(7);
    cluster.assign(said(2, 4, 9));
    cluster.assign(said(1, 99, 9));
    cluster.assign(said(2, 5, 9));
    cluster.assign(said(2, 6, 3));
    until(() -> math().share().equals(OptionalInt.of(3)));
    cluster.assign(said(3, 1, 1));
    until(() -> math().share().equals(OptionalInt.of(1)));
    assertThat(obeyed).doesNotContain(OptionalInt.of(9));
  }

  @Test
  void anotherLeadersPlacementIsTakenOverUnderAHigherTerm() {
    leads = false;
    cluster.report(host("b", 2));
    fleet.put("math", 3, 1, "");
    cluster.assign(
        new Assignment("math", 4, 8, new Spread(1, 3, Map.of("a", 1, "b", 2), Map.of(), 0, true)));
    start();
    until(() -> math().total().equals(OptionalInt.of(3)));
    leads = true;
    fleet.put("math", 3, 1, "");
    until(() -> cluster.assignment("math").term() == 5);
    assertThat(published()).isEqualTo(Map.of("a", 1, "b", 2));
  }

  @Test
  void whatCouldNotBePublishedIsPublishedAgain() {
    cluster.isBroken(true);
    fleet.put("math", 1, 0, "");
    start();
    until(() -> math().share().equals(OptionalInt.of(1)));
    assertThat(published()).isEmpty();
    cluster.isBroken(false);
    until(() -> published().equals(Map.of("a", 1)));
  }

  @Test
  void whatRunsIsTheNumberWhereNobodyHasDecided() {
    cluster.report(host("b", 3));
    fleet.put("math", 2, 1, "scale: {min: 1, max: 5}\n");
    start();
    until(() -> published().equals(Map.of("a", 1, "b", 3)));
    assertThat(fleet.adopted).containsEntry("math", 4);
    assertThat(cluster.published).allMatch(it -> it.spread().total() == 4);
  }

  @Test
  void whatIsDeletedIsForgottenAndWhatIsUnknownIsNot() {
    fleet.put("math", 1, 0, "");
    cluster.assign(new Assignment("later", 1, 1, new Spread(1, 1, Map.of(), Map.of(), 1, true)));
    start();
    until(() -> published().equals(Map.of("a", 1)));
    fleet.delete("math");
    until(() -> cluster.assignment("math") == null);
    assertThat(cluster.assignment("later")).isNotNull();
  }

  @Test
  void aWishToDrainOutlivesItsLeader() {
    cluster.drain("b", true);
    cluster.report(host("b", 1));
    fleet.put("math", 1, 0, "");
    start();
    until(() -> published().equals(Map.of("a", 1, "b", 1)));
    until(() -> placing.draining().equals(Set.of("b")));
    fleet.put("math", 1, 1, "");
    until(() -> published().equals(Map.of("a", 1, "b", 0)));
  }

  private void until(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("published %s, heard %s", published(), math())
          .isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
