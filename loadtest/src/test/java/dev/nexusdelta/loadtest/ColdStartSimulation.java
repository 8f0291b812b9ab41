package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Evidence;
import dev.nexusdelta.loadtest.lab.FleetStory;
import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Nobody is at home, and {@code nexus.callers} (200) come at once: waits up to {@code nexus.idle-s}
 * (180) until the idle agent has no replica left, then calls it. Holds if no call fails, exactly
 * {@code nexus.starts} (1) replica was started, and the last answer came within {@code
 * nexus.last-s} (1) of that one's health. With {@code nexus.autoscaler=off} it does not wait, and
 * only the calls are judged.
 */
public final class ColdStartSimulation extends Simulation {
  private static final String AGENT = LoadTools.IDLE_AGENT;

  private final Knobs knobs = new Knobs(System.getProperties());
  private final int callers = knobs.integer("callers", 200);
  private final int idle = knobs.integer("idle-s", 180);
  private final int starts = knobs.integer("starts", 1);
  private final double last = knobs.number("last-s", 1);
  private final boolean scaled = !knobs.text("autoscaler", "on").equals("off");
  private final LabRun run =
      LabRun.open(
          "cold-start",
          knobs,
          List.of(AGENT),
          new Phase.Plan().then("at once", callers, 1).phases());

  {
    setUp(
            scenario("callers")
                .exec(Calls.in(run).of(LoadTools.shouting()))
                .injectOpen(atOnceUsers(callers)))
        .protocols(Calls.protocol(knobs))
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    if (scaled) {
      run.awaitNoReplica(AGENT, Duration.ofSeconds(idle));
    }
    run.begin();
  }

  @Override
  public void after() {
    run.end(this::judge);
  }

  private List<Slo> judge(Evidence seen) {
    List<Slo> slos = new ArrayList<>();
    slos.add(Slo.atMost("failed calls", 0, seen.failed()));
    seen.figure("lastAnswerS", OptionalDouble.of(seen.lastAnswer()));
    if (!scaled) {
      return slos;
    }
    List<FleetStory.Start> begun = seen.fleet().starts();
    OptionalDouble healthy =
        seen.figure(
            "healthyS",
            begun.stream()
                .map(FleetStory.Start::healthy)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .min());
    slos.add(Slo.atMost("replicas started", starts, begun.size()));
    slos.add(
        Slo.atMost(
            "seconds from health to the last answer",
            last,
            healthy.isPresent()
                ? OptionalDouble.of(seen.lastAnswer() - healthy.getAsDouble())
                : healthy));
    return slos;
  }
}
