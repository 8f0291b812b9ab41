package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The policy over an hour of virtual time, and what must hold whatever the load. */
final class ScalingSimulationTest {
  private static final String REWRITE = "scaling.traces";
  private static final int HOUR = 3_600;
  private static final long SECOND = SimulatedAgent.SECOND;

  /** An hour each. */
  enum Scenario {
    STEPS {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> new double[] {20, 400, 20, 150, 60, 300}[second / 600]);
      }
    },
    RAMP {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> 20 + 380.0 * (second < 1_800 ? second : HOUR - second) / 1_800);
      }
    },
    BURSTS {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> second % 300 < 10 ? 350 : 15);
      }
    },
    SAWTOOTH {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> 30 + 300.0 * (second % 240) / 240);
      }
    },
    NIGHTS {
      @Override
      SimulatedAgent agent() {
        return of(0, second -> second % 900 < 300 ? 120 : second % 900 < 600 ? 0.02 : 0);
      }
    },
    SLOW_STARTERS {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> second % 1_200 < 600 ? 20 : 320)
            .starts(Duration.ofSeconds(30), false);
      }
    },
    FAILING_STARTS {
      @Override
      SimulatedAgent agent() {
        return of(1, second -> second % 1_200 < 600 ? 20 : 320)
            .starts(Duration.ofSeconds(2), true)
            .failing(0.5);
      }
    },
    SLOW_CALLS {
      @Override
      SimulatedAgent agent() {
        ScalingSettings byCalls = settings(0, 30, OptionalDouble.empty(), OptionalDouble.empty());
        return new SimulatedAgent(byCalls, 0, 7, second -> second % 900 < 600 ? 1 : 0)
            .service(Duration.ofSeconds(20));
      }
    };

    abstract SimulatedAgent agent();

    static SimulatedAgent of(int min, SimulatedAgent.Load load) {
      return new SimulatedAgent(byRate(min, 8), min, 42, load);
    }

    String file() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".txt";
    }
  }

  /** A line each half minute, and for each second in which a number of replicas changed. */
  @ParameterizedTest
  @EnumSource
  void takesItsCourse(Scenario scenario) throws IOException {
    String trace = trace(scenario.agent().run(HOUR));
    String rewrite = System.getProperty(REWRITE);
    if (rewrite != null) {
      Files.writeString(Files.createDirectories(Path.of(rewrite)).resolve(scenario.file()), trace);
    }
    assertThat(trace)
        .as(
            "course of %s. If the new one is meant: mvn test -pl gateway -am -Dtest=%s"
                + " -Dsurefire.failIfNoSpecifiedTests=false"
                + " -D%s=src/test/resources/scaling, and look at the diff",
            scenario, ScalingSimulationTest.class.getSimpleName(), REWRITE)
        .isEqualTo(rewrite != null ? trace : golden(scenario));
  }

  @Test
  void reachesEnoughInTwoDecisionsAtWhateverMomentTheLoadSteps() {
    for (int seed = 0; seed < 50; seed++) {
      SimulatedAgent agent =
          new SimulatedAgent(
                  byRate(1, 8), 1, seed, second -> second < 100 || second >= 160 ? 20 : 400)
              .run(300);

      List<SimulatedAgent.Change> ups =
          agent.changes.stream().filter(change -> change.at() < 101 * SECOND).toList();
      assertThat(ups).as("seed %d", seed).isNotEmpty();
      assertThat(ups.get(Math.min(2, ups.size()) - 1).to())
          .as("seed %d: %s", seed, ups)
          .isBetween(5, 8);
      assertThat(agent.lines.get(160 + 60 + 10).desired()).as("seed %d", seed).isEqualTo(1);
      assertThat(agent.lines).allMatch(line -> line.desired() <= 8);
      assertThat(agent.lines.subList(105, 160)).as("seed %d", seed).allMatch(l -> l.waiting() < 20);
    }
  }

  @Test
  void hardlyChangesUnderSteadyLoadWithNoise() {
    for (int rps : new int[] {5, 30, 54, 56, 60, 64, 66, 110, 120, 130, 240, 330}) {
      for (int seed = 0; seed < 10; seed++) {
        SimulatedAgent agent =
            new SimulatedAgent(byRate(1, 8), (int) Math.ceil(rps / 64.0), seed, second -> rps)
                .run(660);

        assertThat(agent.changes.stream().filter(change -> change.at() > 60 * SECOND).toList())
            .as("%d/s, seed %d", rps, seed)
            .hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void isNotDeceivedByTheFirstCallsOfAColdProcess() {
    ScalingSettings byPlaces = settings(1, 8, OptionalDouble.empty(), OptionalDouble.empty());
    for (ScalingSettings settings : List.of(byRate(1, 8), byPlaces)) {
      for (int seed = 0; seed < 50; seed++) {
        int quiet = 20 + seed % 10;
        SimulatedAgent agent =
            new SimulatedAgent(settings, 1, seed, second -> second < quiet ? 0 : 40)
                .cold(Duration.ofMillis(300))
                .run(600);

        assertThat(agent.changes).as("seed %d, %s", seed, settings).isEmpty();
      }
    }
  }

  @Test
  void settlesWithinAWindowAfterAnyStep() {
    for (int seed = 0; seed < 60; seed++) {
      double before = 10 + 37 * (seed % 7);
      double after = 15 + 53 * (seed % 9);
      SimulatedAgent agent =
          new SimulatedAgent(byRate(1, 12), 3, seed, second -> second < 200 ? before : after)
              .run(600);

      assertThat(
              agent.changes.stream().filter(change -> change.at() > (200 + 75) * SECOND).toList())
          .as("%.0f/s to %.0f/s, seed %d", before, after, seed)
          .hasSizeLessThanOrEqualTo(1);
      int enough = (int) Math.ceil(after / 80);
      assertThat(agent.lines.get(599).desired())
          .as("%.0f/s to %.0f/s, seed %d", before, after, seed)
          .isBetween(enough, (int) Math.ceil(after * 1.1 / 56));
    }
  }

  @Test
  void slowStartersDoNotComeInFloods() {
    for (int seed = 0; seed < 30; seed++) {
      for (boolean learnt : new boolean[] {true, false}) {
        double peak = 100 + 20 * seed;
        SimulatedAgent agent =
            new SimulatedAgent(byRate(1, 100), 1, seed, second -> second < 100 ? 20 : peak)
                .starts(Duration.ofSeconds(30), learnt)
                .run(300);

        // What the rate asks for, half as much again for the queue, and chance.
        int most = (int) Math.ceil(1.1 * peak / 64 * 1.5) + 1;
        assertThat(agent.lines.stream().filter(line -> line.desired() > most))
            .as("%.0f/s, seed %d, %s", peak, seed, learnt)
            .isEmpty();
      }
    }
  }

  @Test
  void callsThatPileUpWhileTheFirstReplicaStartsAreNoDemandForMore() {
    ScalingSettings byCalls = settings(0, 100, OptionalDouble.empty(), OptionalDouble.empty());
    for (int seed = 0; seed < 20; seed++) {
      SimulatedAgent agent =
          new SimulatedAgent(byCalls, 0, seed, second -> second < 10 ? 0 : 20)
              .starts(Duration.ofSeconds(30), false)
              .run(300);

      // 20 calls a second of 20 ms keep less than one place; the rest works 600 calls off.
      assertThat(agent.lines).as("seed %d", seed).allMatch(line -> line.desired() <= 10);
      assertThat(agent.lines.get(299).desired()).as("seed %d", seed).isEqualTo(1);
    }
  }

  @Test
  void failingStartsAreNotAnsweredWithMore() {
    for (int seed = 0; seed < 20; seed++) {
      SimulatedAgent agent =
          new SimulatedAgent(byRate(1, 100), 1, seed, second -> second < 60 ? 20 : 400)
              .starts(Duration.ofSeconds(2), true)
              .failing(1)
              .run(600);

      assertThat(agent.lines).as("seed %d", seed).allMatch(line -> line.desired() <= 12);
    }
  }

  @Test
  void holdsItsPromisesUnderAnyLoad() {
    for (int seed = 0; seed < 200; seed++) {
      int max = 2 + seed % 9;
      int min = seed % 3 == 0 ? 0 : 1;
      int room = 1 + seed % 7;
      int deaf = 200 + seed;
      SimulatedAgent agent =
          new SimulatedAgent(mixed(seed, min, max), 1, seed, wild(seed))
              .service(Duration.ofMillis(5L << seed % 8))
              .starts(Duration.ofMillis(200L << seed % 8), seed % 2 == 0)
              .failing(seed % 5 == 0 ? 0.3 : 0)
              .noise(0.5)
              .room(room)
              .deaf(deaf, deaf + 20)
              .run(600);

      assertThat(agent.noDataMoves).as("seed %d", seed).isZero();
      assertThat(agent.panicDowns).as("seed %d", seed).isZero();
      assertThat(agent.decisions)
          .as("seed %d", seed)
          .allMatch(decision -> decision.replicas() >= min)
          .allMatch(decision -> decision.replicas() <= Math.max(1, Math.min(max, room)))
          .anyMatch(decision -> decision instanceof Decision.NoData);
    }
  }

  @Test
  void goesToNoneAfterASilentWindowOnlyAndComesBackAtOnce() {
    SimulatedAgent agent =
        new SimulatedAgent(byRate(0, 8), 1, 3, second -> second < 100 || second >= 300 ? 20 : 0)
            .run(320);

    assertThat(agent.lines.subList(0, 159)).allMatch(line -> line.desired() >= 1);
    assertThat(agent.lines.get(165).desired()).isZero();
    assertThat(agent.changes).anyMatch(change -> change.cause().equals("quiet"));
    assertThat(agent.lines.get(300).desired()).isPositive();
  }

  private static SimulatedAgent.Load wild(int seed) {
    return second -> {
      double wave = 100 + 100 * Math.sin(second / (5.0 + seed));
      return second / 50 % 4 == seed % 4 ? 0 : second / 20 % 3 == 0 ? wave * 3 : wave;
    };
  }

  private static ScalingSettings mixed(int seed, int min, int max) {
    OptionalDouble rps = seed % 4 < 2 ? OptionalDouble.of(30 + seed) : OptionalDouble.empty();
    OptionalDouble calls = seed % 4 % 2 == 0 ? OptionalDouble.of(1.5) : OptionalDouble.empty();
    return settings(min, max, rps, calls);
  }

  private static ScalingSettings byRate(int min, int max) {
    return settings(min, max, OptionalDouble.of(80), OptionalDouble.empty());
  }

  private static ScalingSettings settings(
      int min, int max, OptionalDouble rps, OptionalDouble calls) {
    return new ScalingSettings(min, max, rps, calls, 2, Duration.ofSeconds(60));
  }

  private static String trace(SimulatedAgent agent) {
    StringBuilder trace = new StringBuilder("second load waiting ready desired cause\n");
    List<SimulatedAgent.Line> lines = agent.lines;
    IntStream.range(0, lines.size())
        .filter(i -> i % 30 == 0 || differs(lines.get(i - 1), lines.get(i)))
        .mapToObj(lines::get)
        .forEach(
            line ->
                trace.append(
                    String.format(
                        "%6d %4d %7d %5d %7d %s%n",
                        line.second(),
                        line.arrivals(),
                        line.waiting(),
                        line.ready(),
                        line.desired(),
                        line.cause())));
    return trace.toString().replace(System.lineSeparator(), "\n");
  }

  private static boolean differs(SimulatedAgent.Line one, SimulatedAgent.Line other) {
    return one.ready() != other.ready() || one.desired() != other.desired();
  }

  private static String golden(Scenario scenario) throws IOException {
    String name = "/scaling/" + scenario.file();
    try (InputStream in = ScalingSimulationTest.class.getResourceAsStream(name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
