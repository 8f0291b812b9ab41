package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real {@code docker-compose}, of either generation. Where there is none, or it lacks what a test
 * needs, the test is skipped with the reason; with {@code CI=true} it fails.
 */
public final class ComposeProgram {
  private static final long PATIENCE_SECONDS = 300;
  private final List<String> command;

  private ComposeProgram(List<String> command) {
    this.command = command;
  }

  /** What a run left; both streams. */
  public record Ended(int code, String output) {}

  /** The program that is installed. */
  public static ComposeProgram find() throws Exception {
    for (List<String> command : List.of(List.of("docker-compose"), List.of("docker", "compose"))) {
      List<String> version = new ArrayList<>(command);
      version.add("version");
      if (run(Path.of("."), Map.of(), version).code() == 0) {
        return new ComposeProgram(command);
      }
    }
    return missing("neither docker-compose nor docker compose is installed");
  }

  /** Skips the test unless the engine answers and has these images. */
  public static void needImages(String... images) throws Exception {
    for (String image : images) {
      Ended found = run(Path.of("."), Map.of(), List.of("docker", "image", "inspect", image));
      if (found.code() != 0) {
        missing("no engine, or no image " + image + " (docker/local-bases --gateway)");
      }
    }
  }

  private static <T> T missing(String reason) {
    assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
    return Assumptions.abort(reason);
  }

  /** Runs {@code docker-compose ARGUMENT…} in a folder. */
  public Ended run(Path folder, Map<String, String> variables, String... arguments)
      throws Exception {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    return run(folder, variables, line);
  }

  /** The same, and it has to end well. */
  public String runWell(Path folder, Map<String, String> variables, String... arguments)
      throws Exception {
    Ended ended = run(folder, variables, arguments);
    assertThat(ended.code()).as("%s: %s", List.of(arguments), ended.output()).isZero();
    return ended.output();
  }

  /** Runs any program; exit code 127 if there is none. */
  public static Ended run(Path folder, Map<String, String> variables, List<String> line)
      throws Exception {
    Path output = Files.createTempFile("nexus-compose", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
      builder.environment().putAll(variables);
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.redirectInput(new File("/dev/null")).start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(line + " does not end: " + Files.readString(output));
      }
      return new Ended(process.exitValue(), Files.readString(output));
    } catch (IOException notInstalled) {
      return new Ended(127, String.valueOf(notInstalled.getMessage()));
    } finally {
      Files.delete(output);
    }
  }
}
