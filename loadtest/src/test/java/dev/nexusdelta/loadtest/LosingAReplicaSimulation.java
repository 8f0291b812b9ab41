package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;

/**
 * Replicas die under load: {@code nexus.rate} (100) callers a second of a tool that may be repeated
 * for {@code nexus.seconds} (40); {@code nexus.kills} (3) times, evenly spread, one replica gets a
 * SIGKILL. Needs the gateway's key and its machine. Holds if no call fails and every kill was done.
 */
public final class LosingAReplicaSimulation extends Simulation {
  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 100);
  private final int seconds = knobs.integer("seconds", 40);
  private final int kills = knobs.integer("kills", 3);
  private final double wait = knobs.number("wait", 20);
  private final LabRun run =
      LabRun.open(
          "losing-a-replica",
          knobs,
          List.of(LoadTools.LOAD_AGENT),
          new Phase.Plan().then("under load", rate, seconds).phases());

  {
    setUp(
            scenario("callers")
                .exec(Calls.in(run).of(LoadTools.waiting("", wait)))
                .injectOpen(constantUsersPerSec(rate).during(Duration.ofSeconds(seconds))))
        .protocols(Calls.protocol(knobs))
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    run.begin();
    run.killReplicas(LoadTools.LOAD_AGENT, kills, Duration.ofSeconds(seconds));
  }

  @Override
  public void after() {
    run.end(
        seen ->
            List.of(
                Slo.atMost("failed calls", 0, seen.failed()),
                Slo.atLeast("replicas killed", kills, run.killed())));
  }
}
