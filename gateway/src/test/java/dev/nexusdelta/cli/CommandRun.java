package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs commands in process, in a folder of the test's. */
final class CommandRun {
  private final Path cwd;
  private final Map<String, String> env = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
  private byte[] in = {};

  CommandRun(Path cwd) {
    this.cwd = cwd;
  }

  /** What a command left. */
  record Result(int code, String out, String err) {}

  CommandRun env(String name, String value) {
    env.put(name, value);
    return this;
  }

  CommandRun in(String text) {
    return in(text.getBytes(StandardCharsets.UTF_8));
  }

  CommandRun in(byte[] bytes) {
    in = bytes;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(in),
            env,
            cwd,
            false,
            Optional.empty(),
            "nexus");
    int code = Main.run(shell, args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
