package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.cli.shell.YamlText;
import dev.nexusdelta.sdk.CallResult;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.ProblemException;
import dev.nexusdelta.sdk.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus call}. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    description = "Calls a tool through the gateway and prints its result as JSON.",
    footer = {
      "",
      "Examples: nexus call DataAgent process_data data=[1,2,3]",
      "          nexus call TextAgent keywords --json @request.json",
      "Exit code 10: the tool returned an error."
    })
final class CallCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "AGENT TOOL [KEY=VALUE…]",
      description = {
        "a value that is JSON is taken as such, any other as text; KEY:=… is text in any case"
      })
  private List<String> words = new ArrayList<>();

  @Option(names = "--name", paramLabel = "AGENT", description = "name of the agent")
  private @Nullable String name;

  @Option(
      names = "--json",
      paramLabel = "JSON|@FILE|-",
      description = "all parameters as one JSON object; @FILE reads a file, - standard input")
  private @Nullable String json;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "json, yaml; default ${DEFAULT-VALUE}")
  private Format format = Format.json;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "how long the call may take; default ${DEFAULT-VALUE}")
  private String timeout = "60s";

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "executed once; the same again with the same key gets the same answer")
  private @Nullable String key;

  @Option(
      names = {"-v", "--verbose"},
      description = "say which replica answered")
  private boolean verbose;

  /** Names as people type them; a result has no table. */
  enum Format {
    json,
    yaml,
    table
  }

  CallCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> all = new ArrayList<>();
    if (name != null) {
      all.add(name);
    }
    all.addAll(words);
    if (key != null && !key.matches("[\\x21-\\x7e]{1,255}")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--idempotency-key is not 1 to 255 visible ASCII characters",
          "--idempotency-key \"$(cat /proc/sys/kernel/random/uuid)\"");
    }
    if (all.size() < 2) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "a call needs an agent and a tool",
          "nexus call DataAgent process_data data=[1,2,3]; nexus tools shows what there is");
    }
    JsonValue parameters = parameters(all.subList(2, all.size()));
    Connection connection = gateway.connect(shell);
    try {
      CallResult result =
          connection
              .client()
              .call(all.get(0), all.get(1), parameters, Times.duration("--timeout", timeout), key);
      if (format == Format.yaml) {
        shell.out().print(YamlText.of(result.result()));
      } else {
        shell.out().println(result.result().pretty());
      }
      if (verbose) {
        shell.say(
            "answered by "
                + result.replica()
                + " (attempts "
                + result.attempts()
                + ", request "
                + result.requestId()
                + ")");
      }
      return ExitCode.OK.number();
    } catch (ToolException e) {
      throw toolError(e, all.get(0));
    } catch (ProblemException e) {
      CommandFailure failure = FailureReport.of(e);
      throw e.status() < 429 || e.requestId().isEmpty()
          ? failure
          : new CommandFailure(
              failure.exitCode(),
              failure.getMessage() + "\nwhat happened to it: nexus explain call " + e.requestId(),
              failure.advice());
    }
  }

  private static CommandFailure toolError(ToolException e, String agent) {
    StringBuilder message = new StringBuilder("the tool returned an error: ");
    message.append(e.getMessage());
    if (!e.code().isEmpty()) {
      message.append(" (").append(e.code()).append(')');
    }
    List<JsonValue> faults = e.body().get("errors").items();
    for (JsonValue fault : faults) {
      String detail = fault.get("detail").text();
      // The message of a single fault says it already, mostly.
      if (faults.size() > 1 || !String.valueOf(e.getMessage()).contains(detail)) {
        message.append('\n').append(fault.get("pointer").text()).append(": ").append(detail);
      }
    }
    String hint = e.body().get("hint").text();
    return new CommandFailure(
        ExitCode.TOOL_ERROR, message.toString(), hint.isEmpty() ? advice(e.code(), agent) : hint);
  }

  /** What helps against the runtime's own errors; others are the tool's, whose log may say more. */
  private static String advice(String code, String agent) {
    return switch (code) {
      case "invalid_parameters" -> "nexus tools " + agent + " shows what the tool expects";
      case "deadline_exceeded" ->
          "a longer --timeout, up to limits.timeout in agent.yaml (nexus describe " + agent + ")";
      default -> "nexus logs " + agent + "; nexus tools " + agent + " shows what the tool expects";
    };
  }

  private JsonValue parameters(List<String> pairs) {
    JsonValue parameters = json == null ? JsonValue.object() : document(json);
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "'" + pair + "' is no KEY=VALUE",
            "data=[1,2,3], or --json '{\"data\":[1,2,3]}'");
      }
      boolean text = pair.charAt(equals - 1) == ':';
      String key = pair.substring(0, text ? equals - 1 : equals);
      String value = pair.substring(equals + 1);
      parameters = parameters.with(key, text ? JsonValue.of(value) : value(value));
    }
    return parameters;
  }

  /** JSON where it is JSON. */
  static JsonValue value(String text) {
    try {
      return JsonValue.parse(text);
    } catch (JsonFormatException e) {
      return JsonValue.of(text);
    }
  }

  private JsonValue document(String source) {
    try {
      String text =
          source.equals("-")
              ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
              : source.startsWith("@")
                  ? Files.readString(shell.cwd().resolve(source.substring(1)))
                  : source;
      JsonValue document = JsonValue.parse(text);
      if (!document.isObject()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--json is no object: parameters have names",
            "--json '{\"data\":[1,2,3]}'");
      }
      return document;
    } catch (JsonFormatException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "--json: " + e.getMessage(), "--json '{\"data\":[1,2,3]}'");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "--json: cannot read " + source.substring(1) + ": " + e.getMessage(),
          "--json @FILE with the path of a readable file");
    }
  }
}
