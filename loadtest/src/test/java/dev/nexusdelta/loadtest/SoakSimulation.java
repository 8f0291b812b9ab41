package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.Choice;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;

/**
 * Hours of the same, to see what grows: {@code nexus.rate} (30) callers a second for {@code
 * nexus.seconds} (7200), one in ten of which reads a stream. Holds if no call fails, the 95th
 * percentile is within {@code nexus.p95} (500 ms), and that of the last quarter is no more than
 * half again that of the first.
 */
public final class SoakSimulation extends Simulation {
  private static final double GROWTH = 1.5;

  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 30);
  private final int seconds = knobs.integer("seconds", 7_200);
  private final int p95 = knobs.integer("p95", 500);
  private final double wait = knobs.number("wait", 20);
  private final LabRun run =
      LabRun.open(
          "soak",
          knobs,
          List.of(LoadTools.LOAD_AGENT),
          new Phase.Plan()
              .then("first quarter", rate, seconds / 4.0)
              .then("middle", rate, seconds / 2.0)
              .then("last quarter", rate, seconds / 4.0)
              .phases());

  {
    Calls calls = Calls.in(run);
    setUp(
            scenario("callers")
                .exec(
                    randomSwitch()
                        .on(
                            new Choice.WithWeight(90, calls.of(LoadTools.waiting("", wait))),
                            new Choice.WithWeight(10, calls.of(LoadTools.streaming()))))
                .injectOpen(
                    rampUsersPerSec(1).to(rate).during(Duration.ofSeconds(5)),
                    constantUsersPerSec(rate).during(Duration.ofSeconds(Math.max(1, seconds - 5)))))
        .protocols(Calls.protocol(knobs))
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    run.begin();
  }

  @Override
  public void after() {
    run.end(
        seen ->
            List.of(
                Slo.atMost("failed calls", 0, seen.failed()),
                Slo.atMost("95th percentile, ms", p95, seen.p95()),
                Slo.atMost(
                    "95th percentile of the last quarter beside the first",
                    GROWTH,
                    seen.phaseP95(2) / Math.max(0.001, seen.phaseP95(0)))));
  }
}
