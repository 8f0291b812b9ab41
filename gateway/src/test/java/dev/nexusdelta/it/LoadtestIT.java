package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.docker.NeedsEngine;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("alone")
@Timeout(180)
class LoadtestIT {
  @Test
  void smokeRunsOnAFleetOfItsOwnAndLeavesNothingButItsReport() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path temporary = temporary(workspace);
      Workspace.Typed typed =
          workspace.typeWell("./nexus loadtest smoke --rate 2 --seconds 2 --set p95=20000");
      Path run = run(typed);
      try {
        JsonObject summary = new JsonObject(Files.readString(run.resolve("summary.json")));
        assertThat(summary.getString("simulation")).isEqualTo("smoke");
        assertThat(summary.getBoolean("held")).isTrue();
        assertThat(summary.getJsonObject("calls").getInteger("failed")).isZero();
        assertThat(summary.getJsonArray("tools")).hasSize(5);
        assertThat(summary.getJsonArray("replicas")).isNotEmpty();
        assertThat(Files.readString(run.resolve("picture.svg"))).contains("<svg");
        assertThat(typed.out()).contains("held      failed calls: 0").contains("\nheld\n");
        assertThat(typed.err()).contains("calls/s").contains("replicas 5");
        Workspace.Typed same = workspace.typeWell("./nexus loadtest compare " + run + " " + run);
        assertThat(same.out()).contains("failed calls").doesNotContain("worse");
      } finally {
        delete(run);
      }
      assertThat(workspace.folder().resolve(".nexus")).doesNotExist();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left.filter(path -> path.toString().contains("nexus-loadtest"))).isEmpty();
      }
      assertThat(named(temporary)).isEmpty();
    }
  }

  @Test
  @Tag("long")
  void repeatableCallsOutliveKilledReplicas() throws Exception {
    repeatableCallsOutliveKilledReplicas("process");
  }

  @Test
  @Tag("long")
  @NeedsEngine
  void repeatableCallsOutliveKilledContainers() throws Exception {
    repeatableCallsOutliveKilledReplicas("docker");
  }

  private static void repeatableCallsOutliveKilledReplicas(String host) throws Exception {
    try (Workspace workspace = Workspace.open()) {
      temporary(workspace);
      Workspace.Typed typed =
          workspace.typeWell(
              "./nexus loadtest losing-a-replica --rate 50 --seconds 12 --set kills=2 --host "
                  + host);
      Path run = run(typed);
      try {
        JsonObject summary = new JsonObject(Files.readString(run.resolve("summary.json")));
        assertThat(summary.getBoolean("held")).isTrue();
        assertThat(summary.getJsonArray("starts").size()).isGreaterThanOrEqualTo(2);
      } finally {
        delete(run);
      }
    }
  }

  private static Path temporary(Workspace workspace) throws IOException {
    Path temporary = Files.createDirectory(workspace.folder().resolve("tmp"));
    workspace.env("TMPDIR", temporary.toString());
    workspace.env("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    return temporary;
  }

  private static Path run(Workspace.Typed typed) {
    return typed
        .out()
        .lines()
        .filter(line -> line.startsWith("report: "))
        .map(line -> Path.of(line.substring("report: ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no report is named in:\n" + typed.out()));
  }

  private static List<ProcessHandle> named(Path temporary) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(temporary.toString()))
        .toList();
  }

  private static void delete(Path run) throws IOException {
    assertThat(run.toString()).contains("loadtest");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
