package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.agent.http.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LaunchTest {
  /** An agent whose calls take a while. */
  public static final class Slow {
    @Tool
    public String slow() throws InterruptedException {
      System.err.println("at work");
      Thread.currentThread().join(500);
      return "done";
    }
  }

  /** An agent with a main of its own. */
  public static final class OwnMain {
    record Name(String name) {}

    private OwnMain() {}

    /** Its own main. */
    public static void main(String[] args) {
      AgentBuilder.named("Own").tool("greet", "", Name.class, in -> "hello " + in.name()).start();
    }
  }

  @Test
  void finishesRunningCallsOnSigterm() throws Exception {
    try (ChildAgent child = ChildAgent.start(Slow.class.getName(), Map.of());
        Wire wire = new Wire(child.port())) {
      wire.call("{\"tool_name\":\"slow\"}");
      child.awaitLine("at work");
      child.terminate();
      assertThat(wire.read().body()).isEqualTo("{\"result\":\"done\"}");
      assertThat(child.exitCode()).isEqualTo(143);
      assertThat(child.awaitLine("INFO Slow stopped")).isNotNull();
    }
  }

  @Test
  void callsTheClasssOwnMain() throws Exception {
    try (ChildAgent child =
            ChildAgent.start(OwnMain.class.getName(), Map.of("AGENT_NAME", "Given"));
        Wire wire = new Wire(child.port())) {
      assertThat(wire.get("/health").read().body()).contains("\"agent\":\"Given\"");
      assertThat(
              wire.call("{\"tool_name\":\"greet\",\"parameters\":{\"name\":\"Ann\"}}")
                  .read()
                  .body())
          .isEqualTo("{\"result\":\"hello Ann\"}");
    }
  }

  @Test
  void saysThatThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ChildAgent child =
            ChildAgent.start(
                Slow.class.getName(), Map.of("PORT", Integer.toString(taken.getLocalPort())))) {
      assertThat(child.awaitLine("error: "))
          .isEqualTo(
              "error: agent Slow cannot listen on 127.0.0.1:%d: Address already in use; is it in use?"
                      .formatted(taken.getLocalPort())
                  + " Set PORT to a free port, or to 0 for any");
      assertThat(child.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void saysThatNamesAreLost(@TempDir Path folder) throws Exception {
    Path source = folder.resolve("Lost.java");
    Files.writeString(
        source,
        "public class Lost { @dev.nexusdelta.agent.Tool public int run(int count) { return count; } }");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(compiled).isZero();
    try (ChildAgent child = ChildAgent.start("Lost", Map.of(), List.of(folder))) {
      assertThat(child.awaitLine("error: "))
          .contains("Lost.run", "compiled without -parameters", "javac -parameters");
      assertThat(child.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void saysThatTheClassIsMissing() throws IOException, InterruptedException {
    try (ChildAgent child = ChildAgent.start("Nowhere", Map.of())) {
      assertThat(child.awaitLine("error: ")).contains("class Nowhere is not on the class path");
      assertThat(child.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void trainsAndEnds() throws IOException, InterruptedException {
    try (ChildAgent child = ChildAgent.main(Train.class.getName())) {
      assertThat(child.exitCode()).isZero();
      assertThat(child.awaitLine("stopped")).contains("INFO Training");
    }
  }
}
