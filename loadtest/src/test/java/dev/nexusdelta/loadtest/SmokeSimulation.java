package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;

/**
 * A little of everything: each caller asks the sample agents one question each, through the
 * gateway: {@code nexus.rate} callers a second (5; each makes five calls) for two seconds of rising
 * and {@code nexus.seconds} (10) of full rate. Holds if no call fails and the 95th percentile is
 * within {@code nexus.p95} (1000 ms).
 */
public final class SmokeSimulation extends Simulation {
  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 5);
  private final int seconds = knobs.integer("seconds", 10);
  private final int p95 = knobs.integer("p95", 1_000);
  private final LabRun run =
      LabRun.open(
          "smoke",
          knobs,
          SampleTools.AGENTS,
          new Phase.Plan().then("smoke", rate, seconds + 2).phases());

  {
    Calls calls = Calls.in(run);
    setUp(
            scenario("callers")
                .exec(
                    exec(calls.of(SampleTools.numbers())),
                    exec(calls.of(SampleTools.languages())),
                    exec(calls.of(SampleTools.images())),
                    exec(calls.of(SampleTools.sources())),
                    exec(calls.of(SampleTools.derivatives())))
                .injectOpen(
                    rampUsersPerSec(1).to(rate).during(Duration.ofSeconds(2)),
                    constantUsersPerSec(rate).during(Duration.ofSeconds(seconds))))
        .protocols(Calls.protocol(knobs))
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(95).lt(p95));
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
                Slo.atMost("95th percentile, ms", p95, seen.p95())));
  }
}
