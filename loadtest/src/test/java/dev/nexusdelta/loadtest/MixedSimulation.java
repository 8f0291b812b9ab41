package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;

/**
 * Callers of all kinds side by side, over four agents: {@code nexus.rate} (20) a second for {@code
 * nexus.seconds} (60), of whom 40 % make short calls, 1 % take a hundred times as long, 10 % use
 * the processor, 5 % read streams, 9 % call a tool that fails, and the others ask other agents.
 * Holds if all get what they want, failures included, and the short ones' 95th percentile is within
 * {@code nexus.p95} (200 ms): the others must not harm them.
 */
public final class MixedSimulation extends Simulation {
  private static final String SHORT = "loadagent short";

  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 20);
  private final int seconds = knobs.integer("seconds", 60);
  private final int p95 = knobs.integer("p95", 200);
  private final LabRun run =
      LabRun.open(
          "mixed",
          knobs,
          List.of(LoadTools.LOAD_AGENT, LoadTools.IDLE_AGENT, "DataAgent", "TextAgent"),
          new Phase.Plan().then("mixed", rate, seconds).phases());
  private final Calls calls = Calls.in(run);

  {
    setUp(
            of(0.4, LoadTools.waiting(SHORT, 10)),
            of(0.1, LoadTools.shouting()),
            of(0.15, SampleTools.numbers()),
            of(0.1, SampleTools.languages()),
            of(0.1, LoadTools.working(2_000)),
            of(0.05, LoadTools.streaming()),
            of(0.09, LoadTools.failing()),
            of(0.01, LoadTools.waiting("loadagent long", 1_000)))
        .protocols(Calls.protocol(knobs))
        .assertions(global().failedRequests().count().is(0L));
  }

  private PopulationBuilder of(double share, Tool tool) {
    return scenario(tool.label())
        .exec(calls.of(tool))
        .injectOpen(constantUsersPerSec(share * rate).during(Duration.ofSeconds(seconds)));
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
                Slo.atMost("95th percentile of short calls, ms", p95, seen.p95(SHORT))));
  }
}
