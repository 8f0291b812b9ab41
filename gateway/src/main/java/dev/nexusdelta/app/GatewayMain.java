package dev.nexusdelta.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The process that the launcher starts for {@code nexus up}: {@code --key value} for each key of
 * the configuration, and {@code --replace true} to follow the gateway that runs.
 *
 * <p>SIGTERM drains and ends the gateway alone: its agents go on for the next one. SIGINT (Ctrl-C)
 * ends the agents too. Exit codes: 0 ended as told, 1 could not start or broke, 2 usage, 5 the
 * configuration is refused.
 */
public final class GatewayMain {
  private static final Logger log = LoggerFactory.getLogger(GatewayMain.class);
  private static final String REPLACE = "replace";
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int REFUSED = 5;

  private GatewayMain() {}

  /** Runs until told to end. */
  public static void main(String[] args) {
    Settings settings;
    boolean replace;
    try {
      Map<String, String> flags = flags(List.of(args));
      replace = Boolean.parseBoolean(flags.remove(REPLACE));
      settings = SettingsReader.read(flags, System.getenv(), Path.of(""));
    } catch (SettingsException e) {
      e.faults().forEach(fault -> log.error("configuration: {}", fault));
      System.exit(REFUSED);
      return;
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      System.exit(USAGE);
      return;
    }
    Surroundings surroundings = Surroundings.ofThisProcess();
    try {
      Gateway gateway = Gateway.start(settings, surroundings, replace);
      Signal.handle(new Signal("TERM"), signal -> gateway.shutdown(false));
      Signal.handle(new Signal("INT"), signal -> gateway.shutdown(true));
      System.exit(gateway.awaitEnd() ? 0 : FAILED);
    } catch (SettingsException e) {
      e.faults().forEach(fault -> log.error("configuration: {}", fault));
      System.exit(REFUSED);
    } catch (Exception e) {
      log.error("the gateway cannot start: {}", causes(e));
      log.debug("start failed", e);
      System.exit(FAILED);
    }
  }

  /** {@code --key value} or {@code --key=value}. */
  static Map<String, String> flags(List<String> args) {
    Map<String, String> flags = new HashMap<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("--")) {
        throw new IllegalArgumentException(
            "'" + arg + "': expected --KEY VALUE, such as --listen 127.0.0.1:8080");
      }
      int equals = arg.indexOf('=');
      if (equals < 0 && i + 1 == args.size()) {
        throw new IllegalArgumentException("'" + arg + "' lacks its value");
      }
      String key = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
      flags.put(key, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
    }
    return flags;
  }

  private static String causes(Throwable failure) {
    StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (text.indexOf(message) < 0) {
        text.append(": ").append(message);
      }
    }
    return text.toString();
  }
}
