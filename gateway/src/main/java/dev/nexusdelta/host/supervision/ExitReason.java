package dev.nexusdelta.host.supervision;

import java.util.Map;
import java.util.OptionalInt;

/** Says for people how a process ended. Pure. */
public final class ExitReason {
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9,
          "SIGKILL", 11, "SIGSEGV", 13, "SIGPIPE", 15, "SIGTERM");

  private ExitReason() {}

  public static String of(OptionalInt code) {
    if (code.isEmpty()) {
      return "ended; exit code unknown, it was started by an earlier gateway";
    }
    int value = code.getAsInt();
    if (value > 128 && SIGNALS.containsKey(value - 128)) {
      return "killed by " + SIGNALS.get(value - 128);
    }
    if (value == 126) {
      return "exit code 126: the command cannot be executed";
    }
    return value == 127 ? "exit code 127: command not found" : "exit code " + value;
  }
}
