package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests of the Python SDK, which are written in Python. */
class PythonSdkTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  @Test
  @Timeout(90)
  void keepsItsPromises(@TempDir Path folder) throws Exception {
    boolean there = Files.isExecutable(PYTHON);
    if (System.getenv("CI") != null) {
      assertThat(there).as("Python is missing: apt install python3").isTrue();
    }
    assumeTrue(there, "Python is missing: apt install python3");
    Path output = folder.resolve("output");
    Path tests = Path.of("src/test/python/test_nexusdelta_sdk.py").toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(PYTHON.toString(), "-B", "-W", "error", tests.toString());
    builder.environment().put("PYTHONPATH", Path.of("python").toAbsolutePath().toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      String printed = Files.readString(output);
      assertThat(ended).as(printed).isTrue();
      assertThat(process.exitValue()).as(printed).isZero();
      assertThat(printed).containsPattern("Ran [1-9][0-9]* tests");
    } finally {
      process.destroyForcibly();
    }
  }
}
