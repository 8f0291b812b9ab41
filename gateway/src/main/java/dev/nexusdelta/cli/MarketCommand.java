package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.Market;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus market}. */
@Command(
    name = "market",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the cards of all agents, or of those that fit, the best first.",
      "That is: by how well the words fit, then those that answer now, then by score.",
      "CALLS, SUCCESS and P95 are those of the last seven days; SCORE says how much a card tells."
    },
    footer = {
      "",
      "Examples: nexus market search numbers --category utility",
      "          nexus market show DataAgent"
    })
final class MarketCommand implements Callable<Integer> {
  private static final String SEARCH = "search";
  private static final String SHOW = "show";

  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "[search] TEXT | show NAME",
      description = "words that all stand in a card; or one agent, with what would better its card")
  private List<String> words = new ArrayList<>();

  @Option(names = "--category", paramLabel = "WORD", description = "only agents of this category")
  private @Nullable String category;

  @Option(names = "--capability", paramLabel = "WORD", description = "only agents that have it")
  private @Nullable String capability;

  @Option(names = "--tool", paramLabel = "NAME", description = "only agents with this tool")
  private @Nullable String tool;

  MarketCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    boolean show = !words.isEmpty() && words.get(0).equals(SHOW);
    if (show && words.size() != 2) {
      throw new CommandFailure(
          ExitCode.USAGE, "show takes the name of one agent", "nexus market show NAME");
    }
    Market market = gateway.connect(shell).market();
    if (show) {
      JsonValue card = market.card(AgentFolder.checked(words.get(1)).key());
      output.print(shell, card, () -> story(card));
      return ExitCode.OK.number();
    }
    boolean keyword = !words.isEmpty() && words.get(0).equals(SEARCH);
    List<String> wanted = keyword ? words.subList(1, words.size()) : words;
    JsonValue found =
        market.search(
            wanted.isEmpty() ? null : String.join(" ", wanted), category, capability, tool);
    List<JsonValue> cards = found.get("agents").items();
    output.print(shell, found, () -> cards.isEmpty() ? "" : table(cards));
    if (cards.isEmpty() && output.isTable()) {
      shell.say("no card fits; nexus market shows all of them");
    }
    found
        .get("missing")
        .fields()
        .forEach((name, why) -> shell.say("without the calls of " + name + ": " + why.text()));
    return ExitCode.OK.number();
  }

  private static String table(List<JsonValue> cards) {
    Table table =
        new Table("NAME", "STATE", "SCORE", "CALLS", "SUCCESS", "P95", "SOURCE", "PURPOSE");
    for (JsonValue card : cards) {
      table.row(
          card.get("name").text(),
          card.get("state").text(),
          card.get("quality", "score").text("0"),
          card.get("calls", "count").text("0"),
          percent(card.get("calls", "successRate")),
          millis(card.get("calls", "p95Millis")),
          card.get("source").text(),
          card.get("purpose").text());
    }
    return table.toString();
  }

  /** One card, for people. */
  static String story(JsonValue card) {
    StringBuilder text = new StringBuilder();
    line(text, "name", card.get("name").text());
    line(text, "purpose", card.get("purpose").text());
    line(text, "category", card.get("category").text());
    line(text, "model", card.get("model").text());
    line(text, "capabilities", joined(card.get("capabilities").items()));
    line(text, "version", card.get("version").text());
    line(text, "source", card.get("source").text());
    line(text, "runs at", card.get("api_endpoint").text(""));
    line(text, "endpoint", card.get("endpoint").text());
    line(text, "state", card.get("state").text());
    line(text, "reason", card.get("reason").text(""));
    line(
        text,
        "tools",
        joined(card.get("tools").items().stream().map(tool -> tool.get("name")).toList()));
    String rate = percent(card.get("calls", "successRate"));
    line(
        text,
        "calls, 7 days",
        card.get("calls", "count").text("0")
            + (rate.isEmpty()
                ? ""
                : ", " + rate + " good, p95 " + millis(card.get("calls", "p95Millis"))));
    line(text, "score", card.get("quality", "score").text("0") + " of 100");
    for (JsonValue fix : card.get("quality", "fixes").items()) {
      line(text, "  +" + fix.get("points").text(), fix.get("fix").text());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    if (!value.isEmpty()) {
      text.append(String.format(Locale.ROOT, "%-14s %s%n", label, value.replace('\n', ' ')));
    }
  }

  private static String joined(List<JsonValue> texts) {
    return String.join(", ", texts.stream().map(JsonValue::text).toList());
  }

  private static String percent(JsonValue rate) {
    double share = rate.number(-1);
    return share < 0 ? "" : String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  private static String millis(JsonValue millis) {
    double time = millis.number(-1);
    return time < 0 ? "" : time + " ms";
  }
}
