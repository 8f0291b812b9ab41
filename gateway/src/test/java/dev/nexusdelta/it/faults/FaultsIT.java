package dev.nexusdelta.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexusdelta.it.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Every row of the catalogue of faults that is about the path of a call, against a whole gateway:
 * the scripts in {@code src/test/faults} are both its callers and its agents, byte by byte. {@code
 * -Dfaults=A08} plays those whose names begin so.
 */
class FaultsIT {
  private static final Path FOLDER = Workspace.home().resolve("gateway/src/test/faults");

  /** Rows mostly wait; two cores bear this many. */
  private static final int AT_ONCE = 5;

  private static final Map<Map<String, String>, Stage> STAGES = new LinkedHashMap<>();
  private static final ExecutorService PLAYERS = Executors.newFixedThreadPool(AT_ONCE);

  @BeforeAll
  static void needsScriptPlayers() {
    for (String player : List.of("varnishtest", "python3")) {
      boolean there =
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, player)));
      String missing =
          player
              + " is missing: apt install --no-install-recommends varnish python3 (no service is"
              + " needed, only the program)";
      if (System.getenv("CI") != null) {
        assertThat(there).as(missing).isTrue();
      }
      assumeTrue(there, missing);
    }
  }

  @AfterAll
  static void close() throws Exception {
    PLAYERS.shutdownNow();
    List<Throwable> failures = new ArrayList<>();
    for (Stage stage : STAGES.values()) {
      try {
        stage.close();
      } catch (Exception | AssertionError e) {
        failures.add(e);
      }
    }
    assertThat(failures).as("of gateways at their end").isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> quick() throws Exception {
    return tests(FaultRow.in(FOLDER).stream().filter(row -> !row.isLong()).toList());
  }

  @Tag("long")
  @TestFactory
  Stream<DynamicTest> slow() throws Exception {
    return tests(FaultRow.in(FOLDER).stream().filter(FaultRow::isLong).toList());
  }

  private static Stream<DynamicTest> tests(List<FaultRow> rows) throws Exception {
    String wanted = System.getProperty("faults", "");
    List<DynamicTest> tests = new ArrayList<>();
    for (FaultRow row : rows) {
      if (row.name().startsWith(wanted) && !row.isAlone()) {
        Stage stage = stage(row.settings());
        Future<?> played = PLAYERS.submit(() -> played(stage, row));
        tests.add(test(row, () -> await(played)));
      }
    }
    // Tests run one after the other: by then, all others have been played.
    for (FaultRow row : rows) {
      if (row.name().startsWith(wanted) && row.isAlone()) {
        tests.add(test(row, () -> played(stage(row.settings()), row)));
      }
    }
    return tests.stream();
  }

  private static @Nullable Void played(Stage stage, FaultRow row) throws Exception {
    stage.play(row);
    return null;
  }

  private static DynamicTest test(FaultRow row, Executable play) {
    return DynamicTest.dynamicTest(
        row.name(),
        row.file().toUri(),
        () -> {
          assumeTrue(!row.root() || "root".equals(System.getProperty("user.name")), "needs root");
          play.execute();
        });
  }

  private static Stage stage(Map<String, String> settings) throws Exception {
    Stage stage = STAGES.get(settings);
    if (stage == null) {
      stage = Stage.open(settings);
      STAGES.put(settings, stage);
    }
    return stage;
  }

  private static void await(Future<?> played) throws Throwable {
    try {
      played.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }
}
