package dev.nexusdelta.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
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
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A sudden crowd: {@code nexus.rate} (20) callers a second for {@code nexus.before} (20) seconds,
 * {@code nexus.peak} (400) from one moment to the next for {@code nexus.seconds} (40), then {@code
 * nexus.rate} again for {@code nexus.after} (80).
 *
 * <p>Holds if no call fails ({@code nexus.failed}: at most so many, 0 unless given), more replicas
 * are decided on within {@code nexus.decision-s} (1), the first of them answers within {@code
 * nexus.serving-s} (0.5) of decision plus its own start, and {@code nexus.back-s} (70) after the
 * crowd has gone no more replicas are left than before. With {@code nexus.autoscaler=off} only the
 * calls are judged.
 */
public final class SpikeSimulation extends Simulation {
  private static final String AGENT = LoadTools.LOAD_AGENT;

  private final Knobs knobs = new Knobs(System.getProperties());
  private final double rate = knobs.number("rate", 20);
  private final double peak = knobs.number("peak", 400);
  private final int before = knobs.integer("before", 20);
  private final int seconds = knobs.integer("seconds", 40);
  private final int after = knobs.integer("after", 80);
  private final int failed = knobs.integer("failed", 0);
  private final double decision = knobs.number("decision-s", 1);
  private final double serving = knobs.number("serving-s", 0.5);
  private final double back = knobs.number("back-s", 70);
  private final double wait = knobs.number("wait", 20);
  private final boolean scaled = !knobs.text("autoscaler", "on").equals("off");
  private final LabRun run =
      LabRun.open(
          "spike",
          knobs,
          List.of(AGENT),
          new Phase.Plan()
              .then("before", rate, before)
              .then("spike", peak, seconds)
              .then("after", rate, after)
              .phases());

  {
    setUp(
            Calls.in(run).clock(),
            scenario("callers")
                .exec(Calls.in(run).of(LoadTools.waiting("", wait)))
                .injectOpen(
                    constantUsersPerSec(rate).during(Duration.ofSeconds(before)),
                    constantUsersPerSec(peak).during(Duration.ofSeconds(seconds)),
                    constantUsersPerSec(rate).during(Duration.ofSeconds(after))))
        .protocols(Calls.protocol(knobs))
        .assertions(global().failedRequests().count().lte((long) failed));
  }

  @Override
  public void before() {
    run.begin();
  }

  @Override
  public void after() {
    run.end(this::judge);
  }

  private List<Slo> judge(Evidence seen) {
    double step = before;
    double fall = before + seconds;
    seen.figure("stepS", OptionalDouble.of(step));
    seen.figure("fallS", OptionalDouble.of(fall));
    List<Slo> slos = new ArrayList<>();
    slos.add(Slo.atMost("failed calls", failed, seen.failed()));
    if (!scaled) {
      return slos;
    }
    FleetStory fleet = seen.fleet();
    OptionalDouble decided = seen.figure("decidedS", fleet.decidedAfter(step));
    Optional<FleetStory.Start> first = fleet.firstServingAfter(step);
    OptionalDouble answered =
        seen.figure(
            "servingS", first.map(FleetStory.Start::firstAnswer).orElse(OptionalDouble.empty()));
    OptionalDouble start =
        seen.figure("startTookS", first.map(FleetStory.Start::took).orElse(OptionalDouble.empty()));
    OptionalDouble few =
        seen.figure("backAtMinS", fleet.noMoreThan(AGENT, fleet.readyBefore(AGENT, step), fall));
    slos.add(Slo.atMost("seconds from the step to the decision", decision, minus(decided, step)));
    slos.add(
        Slo.atMost(
            "seconds from decision plus start to the first answer of a new replica",
            serving,
            start.isPresent() && decided.isPresent()
                ? minus(answered, decided.getAsDouble() + start.getAsDouble())
                : OptionalDouble.empty()));
    slos.add(Slo.atMost("seconds until as few replicas as before, +-1", back, minus(few, fall)));
    return slos;
  }

  private static OptionalDouble minus(OptionalDouble at, double from) {
    return at.isPresent() ? OptionalDouble.of(at.getAsDouble() - from) : at;
  }
}
