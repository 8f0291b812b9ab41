package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.nexusdelta.loadtest.lab.Knobs;
import dev.nexusdelta.loadtest.lab.LabRun;
import dev.nexusdelta.loadtest.lab.Phase;
import dev.nexusdelta.loadtest.lab.Slo;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One rate with a tenth of noise: {@code nexus.rate} (40) callers a second, each second up to 10 %
 * more or fewer, for {@code nexus.seconds} (600). Holds if no call fails, the 95th percentile is
 * within {@code nexus.p95} (200 ms), and the number of replicas changes at most {@code
 * nexus.changes} (1) times.
 */
public final class SteadySimulation extends Simulation {
  private static final double NOISE = 0.1;

  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 40);
  private final int seconds = knobs.integer("seconds", 600);
  private final int p95 = knobs.integer("p95", 200);
  private final int changes = knobs.integer("changes", 1);
  private final double wait = knobs.number("wait", 20);
  private final LabRun run =
      LabRun.open(
          "steady",
          knobs,
          List.of(LoadTools.LOAD_AGENT),
          new Phase.Plan().then("steady", rate, seconds).phases());

  {
    SplittableRandom random = new SplittableRandom(1);
    OpenInjectionStep[] steps =
        IntStream.range(0, seconds)
            .mapToObj(second -> rate * (1 - NOISE + 2 * NOISE * random.nextDouble()))
            .map(level -> constantUsersPerSec(level).during(Duration.ofSeconds(1)))
            .toArray(OpenInjectionStep[]::new);
    setUp(
            Calls.in(run).clock(),
            scenario("callers")
                .exec(Calls.in(run).of(LoadTools.waiting("", wait)))
                .injectOpen(steps))
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
        seen -> {
          Slo failed = Slo.atMost("failed calls", 0, seen.failed());
          Slo slow = Slo.atMost("95th percentile, ms", p95, seen.p95());
          if (run.admin().isEmpty()) {
            return List.of(failed, slow);
          }
          int flaps = seen.fleet().changes(LoadTools.LOAD_AGENT);
          return List.of(failed, slow, Slo.atMost("changes of replicas wanted", changes, flaps));
        });
  }
}
