package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus register}. */
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    description = {
      "Registers an agent that runs elsewhere by its card, or changes what a card says.",
      "Where it may run: key marketplace.allow; on this machine while the gateway is there alone."
    },
    footer = {
      "",
      "A card: {\"name\": \"FarAgent\", \"purpose\": \"…\", \"category\": \"utility\", \"model\": \"gpt-4\",",
      "         \"tools\": [\"count\"], \"api_endpoint\": \"http://192.0.2.7:9000\"}"
    })
final class RegisterCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--card",
      required = true,
      paramLabel = "FILE",
      description = "the card, a JSON object; - = standard input")
  private String file = "";

  @Option(names = "--dry-run", description = "only show what would be registered")
  private boolean dryRun;

  RegisterCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue card = gateway.connect(shell).market().register(text(), dryRun);
    output.print(shell, card, () -> MarketCommand.story(card));
    shell.say(outcome(card));
    card.get("notes").items().forEach(note -> shell.say("note: " + note.text()));
    return ExitCode.OK.number();
  }

  /** What came of it; a gateway of an earlier version says it of a dry run only. */
  private String outcome(JsonValue card) {
    String name = card.get("name").text();
    boolean created = card.get("created").truth(false);
    if (dryRun) {
      String would =
          created
              ? "would be registered"
              : card.get("changed").truth(false) ? "would be changed" : "is registered so already";
      return "dry run: " + name + " " + would + "; nothing was stored";
    }
    if (created || !card.get("created").isPresent()) {
      return name + " is registered";
    }
    return name + (card.get("changed").truth(false) ? " is changed" : " was registered so already");
  }

  private String text() {
    try {
      return file.equals("-")
          ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(shell.cwd().resolve(file));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "cannot read " + file + ": " + e.getMessage(),
          "--card with the path of a JSON file");
    }
  }
}
