package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The FastAPI agent of the seed, as printed there, started by hand on a free port. */
record SeedAgent(Process process, int port) implements AutoCloseable {
  // Debian's own: the one that apt gives FastAPI to.
  static final String PYTHON = "/usr/bin/python3";

  /** Skips the test where FastAPI is missing; fails it where it has to be there. */
  static void needsFastApi() throws Exception {
    boolean there = Files.isExecutable(Path.of(PYTHON)) && imports("fastapi, uvicorn");
    String missing = "FastAPI is missing: apt install python3-fastapi python3-uvicorn";
    if (System.getenv("CI") != null) {
      assertThat(there).as(missing).isTrue();
    }
    assumeTrue(there, missing);
  }

  private static boolean imports(String modules) throws Exception {
    Process python =
        new ProcessBuilder(PYTHON, "-c", "import " + modules)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return python.waitFor(60, TimeUnit.SECONDS) && python.exitValue() == 0;
    } finally {
      python.destroyForcibly();
    }
  }

  static SeedAgent start(Path folder) throws Exception {
    try (InputStream code = SeedAgent.class.getResourceAsStream("/seed_agent.py")) {
      Files.copy(Objects.requireNonNull(code), folder.resolve("seed_agent.py"));
    }
    int port = Workspace.freePort();
    List<String> command =
        List.of(
            PYTHON,
            "-B",
            "-m",
            "uvicorn",
            "seed_agent:app",
            "--host",
            "127.0.0.1",
            "--port",
            String.valueOf(port));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("seed_agent.log").toFile())
            .start();
    SeedAgent agent = new SeedAgent(process, port);
    try {
      Workspace.await(
          "the seed's agent to listen",
          Duration.ofSeconds(60),
          () -> !agent.isAlive() || agent.listens());
      assertThat(agent.isAlive())
          .as(() -> "it runs; its output: " + read(folder.resolve("seed_agent.log")))
          .isTrue();
      return agent;
    } catch (Throwable failure) {
      agent.close();
      throw failure;
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private boolean listens() {
    try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the seed's agent (pid " + process.pid() + ") does not end");
    }
  }
}
