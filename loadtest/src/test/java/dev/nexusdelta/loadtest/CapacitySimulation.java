package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;

import dev.nexusdelta.loadtest.lab.Knee;
import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Finds the knee: levels of {@code nexus.seconds} (20) each, the first with {@code nexus.rate} (20)
 * callers a second, each further one {@code nexus.factor} (1.25) times the one before, at most
 * {@code nexus.levels} (16), after a warm-up of {@code nexus.warm-up} seconds (10). A level is kept
 * while 99 % of its calls end well and their 95th percentile is within {@code nexus.p95} (200 ms);
 * the load stops soon after one was not. Holds if at least {@code nexus.knee} (1) a second was
 * kept.
 */
public final class CapacitySimulation extends Simulation {
  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 20);
  private final int seconds = knobs.integer("seconds", 20);
  private final int warmUp = knobs.integer("warm-up", 10);
  private final double factor = knobs.number("factor", 1.25);
  private final int levels = knobs.integer("levels", 16);
  private final int p95 = knobs.integer("p95", 200);
  private final double wanted = knobs.number("knee", 1);
  private final double wait = knobs.number("wait", 20);
  private final List<Phase> plan = plan();
  private final LabRun run = LabRun.open("capacity", knobs, List.of(LoadTools.LOAD_AGENT), plan);

  {
    run.stopWhen(seen -> seen.kneeBefore(run.recording().now(), p95).broke().isPresent());
    setUp(
            Calls.in(run).clock(),
            scenario("callers")
                .exec(stopLoadGeneratorIf("the knee is found", session -> run.stopped()))
                .exec(Calls.in(run).of(LoadTools.waiting("", wait)))
                .injectOpen(
                    plan.stream()
                        .map(
                            level ->
                                constantUsersPerSec(level.rate())
                                    .during(Duration.ofMillis(Math.round(level.seconds() * 1e3))))
                        .toArray(OpenInjectionStep[]::new)))
        .protocols(Calls.protocol(knobs));
  }

  private List<Phase> plan() {
    Phase.Plan phases = new Phase.Plan().then(Phase.WARM_UP, rate, warmUp);
    for (int level = 0; level < levels; level++) {
      double load = rate * Math.pow(factor, level);
      phases.then(Math.round(load) + "/s", load, seconds);
    }
    return phases.phases();
  }

  @Override
  public void before() {
    run.begin();
  }

  @Override
  public void after() {
    run.end(
        seen -> {
          Knee knee = seen.kneeBefore(Double.MAX_VALUE, p95);
          seen.figure("kneePerS", knee.kept());
          seen.figure("brokePerS", knee.broke());
          OptionalDouble kept = knee.kept();
          return List.of(Slo.atLeast("calls a second carried at the knee", wanted, kept.orElse(0)));
        });
  }
}
