package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The engine through its own command line; ends all that it made, in reverse order. */
final class Docker implements AutoCloseable {
  private static final Pattern LAST_OF_STAGE =
      Pattern.compile(" ---> ([0-9a-f]+)\\s+Step [0-9/]+ : FROM \\$\\{RUN_BASE}");

  private final Deque<List<String>> undo = new ArrayDeque<>();

  /** Its output; fails with all that it said. */
  String run(String... arguments) throws IOException, InterruptedException {
    return run(InputStream.nullInputStream(), arguments);
  }

  private static String run(InputStream input, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("docker"));
    line.addAll(List.of(arguments));
    return command(input, line);
  }

  static String command(InputStream input, List<String> line)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("docker", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("DOCKER_BUILDKIT", "0");
      Process process = builder.start();
      try (OutputStream out = process.getOutputStream();
          input) {
        input.transferTo(out);
      }
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("%s ends", line).isTrue();
      String said = Files.readString(output, StandardCharsets.UTF_8).strip();
      assertThat(process.exitValue()).as("%s: %s", line, said).isZero();
      return said;
    } finally {
      Files.delete(output);
    }
  }

  /** Runs it at the end, whatever happens. */
  void atEnd(String... arguments) {
    undo.push(List.of(arguments));
  }

  void build(ImagePlan plan) throws IOException, InterruptedException {
    atEnd("image", "rm", "--force", plan.reference());
    List<String> line = new ArrayList<>(List.of("build", "--network", "none", "--tag"));
    line.add(plan.reference());
    plan.labels().forEach((name, value) -> line.addAll(List.of("--label", name + "=" + value)));
    plan.arguments()
        .forEach((name, value) -> line.addAll(List.of("--build-arg", name + "=" + value)));
    line.add("-");
    String said = run(plan.context().open(), line.toArray(String[]::new));
    // The last image of an earlier stage has no name and would stay.
    Matcher stage = LAST_OF_STAGE.matcher(said);
    if (stage.find()) {
      atEnd("image", "rm", stage.group(1));
    }
  }

  JsonObject inspect(String name) throws IOException, InterruptedException {
    return new JsonArray(run("inspect", name)).getJsonObject(0);
  }

  @Override
  public void close() {
    for (List<String> arguments : undo) {
      try {
        run(arguments.toArray(String[]::new));
      } catch (IOException | InterruptedException | AssertionError e) {
        System.err.println("left behind: " + arguments + ": " + e.getMessage());
      }
    }
  }
}
