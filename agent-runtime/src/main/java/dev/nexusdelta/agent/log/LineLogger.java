package dev.nexusdelta.agent.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code 2026-01-31T12:00:00.000Z INFO name [request id] message} and the stack below it,
 * each entry at once, so that entries of several threads do not mix. Line breaks in messages are
 * shown as {@code \n}, so that nobody can forge an entry. Thread-safe.
 */
public final class LineLogger implements System.Logger {
  private final String name;
  private final String requestId;
  private final Level least;
  private final PrintStream out;
  private final LongSupplier millis;

  /**
   * @param requestId empty outside of calls
   * @param least entries below are dropped
   * @param millis wall clock, since 1970
   */
  public LineLogger(
      String name, String requestId, Level least, PrintStream out, LongSupplier millis) {
    this.name = name;
    this.requestId = requestId;
    this.least = least;
    this.out = out;
    this.millis = millis;
  }

  /** Level of a name as in {@code LOG_LEVEL}: {@code debug}, {@code warn}, …; INFO if unknown. */
  public static Level level(@Nullable String name) {
    String plain = name == null ? "" : name.strip().toUpperCase(Locale.ROOT);
    return switch (plain) {
      case "ALL", "TRACE" -> Level.TRACE;
      case "DEBUG" -> Level.DEBUG;
      case "WARN", "WARNING" -> Level.WARNING;
      case "ERROR", "CRITICAL", "FATAL" -> Level.ERROR;
      case "OFF" -> Level.OFF;
      default -> Level.INFO;
    };
  }

  /** The same log, for the lines of one request. */
  public LineLogger request(String id) {
    return new LineLogger(name, id, least, out, millis);
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return least != Level.OFF && level.getSeverity() >= least.getSeverity();
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (!isLoggable(level)) {
      return;
    }
    StringBuilder entry = new StringBuilder(120);
    Timestamp.append(entry, millis.getAsLong());
    entry
        .append(' ')
        .append(level == Level.WARNING ? "WARN" : level.getName())
        .append(' ')
        .append(name);
    if (!requestId.isEmpty()) {
      entry.append(" [").append(requestId).append(']');
    }
    entry.append(' ').append(oneLine(String.valueOf(message))).append('\n');
    if (thrown != null) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      entry.append(stack);
    }
    out.print(entry);
    out.flush();
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object... params) {
    if (isLoggable(level)) {
      boolean plain = format == null || params == null || params.length == 0;
      log(level, bundle, plain ? format : MessageFormat.format(format, params), (Throwable) null);
    }
  }

  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
