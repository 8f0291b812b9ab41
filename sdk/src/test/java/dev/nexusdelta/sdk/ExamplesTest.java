package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README shows, run as it stands there. */
@Timeout(20)
class ExamplesTest {
  private static final Path SELF = Path.of("src/test/java/dev/nexusdelta/sdk/ExamplesTest.java");

  private static void example(NexusDelta nexus) {
    // begin
    RemoteAgent data = nexus.agent("DataAgent");

    record Stats(int count, double mean) {}
    Stats stats = data.call("process_data", Map.of("data", List.of(1, 2, 3, 4, 5)), Stats.class);
    System.out.println(stats);

    CompletableFuture<Stats> later =
        data.deadline(Duration.ofSeconds(5))
            .callAsync("process_data", "{\"data\": [1, 2]}", Stats.class);
    System.out.println(later.join());

    record Window(int end, double mean) {}
    var series = Map.of("data", List.of(1, 2, 6, 0), "window", 2);
    try (ToolStream<Window> windows = data.stream("rolling", series, Window.class)) {
      for (Window window : windows) {
        System.out.println(window);
      }
    }

    try {
      data.idempotencyKey("order-4711").call("process_data", Map.of("data", "none"));
    } catch (ToolException e) {
      System.out.println(e.code() + " " + e.errors());
    } catch (ProblemException e) {
      System.out.println(e.code() + ": " + e.detail() + "; try: " + e.hint());
    }
    // end
  }

  @Test
  void standInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String section = readme.substring(readme.indexOf("## From a program"));
    int begin = section.indexOf("```java\n") + "```java\n".length();
    String shown = section.substring(begin, section.indexOf("```", begin));
    String source = Files.readString(SELF);
    String here =
        source.substring(
            source.indexOf("// begin\n") + "// begin\n".length(), source.indexOf("    // end\n"));
    assertThat(shown.substring(shown.indexOf('\n') + 1))
        .isEqualTo(here.stripTrailing().stripIndent() + "\n");
    assertThat(shown).startsWith("NexusDelta nexus = NexusDelta.connect(\"http://");
  }

  @Test
  void run() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (ScriptedServer server = new ScriptedServer();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      server
          .thenJson(200, "{\"result\":{\"count\":5,\"sum\":15,\"mean\":3}}")
          .thenJson(200, "{\"result\":{\"count\":2,\"mean\":1.5}}")
          .then(
              "HTTP/1.1 200 OK",
              "Content-Type: application/x-ndjson",
              "",
              "{\"item\":{\"end\":1,\"mean\":1.5}}\n{\"end\":{\"items\":1}}\n")
          .thenJson(
              422,
              "{\"errors\":[{\"pointer\":\"/parameters/data\",\"detail\":\"no list\"}]}",
              "X-Nexus-Tool-Error: invalid_parameters");
      System.setOut(out);
      example(NexusDelta.connect(server.url().toString()));
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Stats[count=5, mean=3.0]",
            "Stats[count=2, mean=1.5]",
            "Window[end=1, mean=1.5]",
            "invalid_parameters [Fault[pointer=/parameters/data, detail=no list]]");
  }
}
