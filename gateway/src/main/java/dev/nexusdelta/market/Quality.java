package dev.nexusdelta.market;

import dev.nexusdelta.discovery.ToolInfo;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How much a card tells to somebody, or some model, who wants to use the agent: 0 to 100, and what
 * is to be done for the rest. Pure.
 *
 * <p>The agent itself: purpose 15 (half of it below {@value #PURPOSE} characters), category 5,
 * model 5, capabilities 5, tools known 10. Its tools, each an equal share of 60: description 20
 * (half of it below {@value #DESCRIPTION} characters), input schema 15, its parameters described
 * 10, examples 5, output schema 5, hints 5.
 *
 * @param score 0 to 100
 * @param fixes what is missing, what brings most first; at most {@value #MOST}
 */
public record Quality(int score, List<Fix> fixes) {
  private static final int PURPOSE = 20;
  private static final int DESCRIPTION = 15;
  private static final int MOST = 20;
  private static final double TOOLS = 60;

  /** Copies the list. */
  public Quality {
    fixes = List.copyOf(fixes);
  }

  /**
   * One thing to be done.
   *
   * @param points that it brings, of 100
   * @param at JSON pointer into the card
   * @param fix what to do
   */
  public record Fix(double points, String at, String fix) {}

  /**
   * What is judged.
   *
   * @param hintsCount whether hints of its tools are believed; they bring nothing where they are
   *     not
   */
  public record Facts(
      String purpose,
      String category,
      String model,
      List<String> capabilities,
      List<ToolInfo> tools,
      boolean hintsCount) {
    /** Copies the lists. */
    public Facts {
      capabilities = List.copyOf(capabilities);
      tools = List.copyOf(tools);
    }
  }

  /** Judges a card. */
  public static Quality of(Facts facts) {
    Judge judge = new Judge();
    judge.text(15, facts.purpose(), PURPOSE, "/purpose", "say what the agent is for");
    judge.when(5, !facts.category().isBlank(), "/category", "name a category, such as utility");
    judge.when(5, !facts.model().isBlank(), "/model", "name the model that it uses, or none");
    judge.when(
        5, !facts.capabilities().isEmpty(), "/capabilities", "list words that people search for");
    judge.when(
        10,
        !facts.tools().isEmpty(),
        "/tools",
        "name its tools: an agent with GET /tools does it by itself, else declare them");
    if (facts.tools().isEmpty()) {
      judge.missing(TOOLS, "/tools", "describe each tool and its parameters");
    }
    for (int i = 0; i < facts.tools().size(); i++) {
      judge.tool(facts.tools().get(i), i, TOOLS / facts.tools().size(), facts.hintsCount());
    }
    return judge.result();
  }

  private static final class Judge {
    private final List<Fix> fixes = new ArrayList<>();
    private double lost;

    void tool(ToolInfo tool, int index, double share, boolean hintsCount) {
      String at = "/tools/" + index;
      String name = "'" + tool.name() + "'";
      double point = share / TOOLS;
      text(
          20 * point,
          tool.description(),
          DESCRIPTION,
          at + "/description",
          "say what " + name + " does");
      JsonObject schema = schema(tool.inputSchema());
      boolean known = schema.containsKey("type") || schema.containsKey("properties");
      when(
          15 * point,
          known,
          at + "/inputSchema",
          "give " + name + " a JSON Schema of its parameters");
      described(10 * point, schema, known, at, name);
      when(
          5 * point,
          hasExample(schema),
          at + "/inputSchema/examples",
          "give an example of parameters of " + name + " (examples or default in the schema)");
      when(
          5 * point,
          !tool.outputSchema().isBlank(),
          at + "/outputSchema",
          "say what " + name + " gives back (JSON Schema)");
      when(
          5 * point,
          !hintsCount || tool.readOnly() || tool.idempotent() || tool.destructive(),
          at,
          "say whether "
              + name
              + " is readOnly, idempotent or destructive: calls can then be sent again");
    }

    private void described(
        double points, JsonObject schema, boolean known, String at, String name) {
      JsonObject properties =
          schema.getValue("properties") instanceof JsonObject object ? object : new JsonObject();
      List<String> silent = new ArrayList<>();
      for (Map.Entry<String, Object> property : properties) {
        boolean said =
            property.getValue() instanceof JsonObject it
                && it.getValue("description") instanceof String text
                && !text.isBlank();
        if (!said) {
          silent.add(property.getKey());
        }
      }
      if (!known || !silent.isEmpty()) {
        double part = properties.isEmpty() ? 1 : (double) silent.size() / properties.size();
        missing(
            points * part,
            at + "/inputSchema/properties",
            silent.isEmpty()
                ? "describe each parameter of " + name
                : "describe the parameters " + String.join(", ", silent) + " of " + name);
      }
    }

    private static boolean hasExample(JsonObject schema) {
      if (schema.containsKey("examples") || schema.containsKey("default")) {
        return true;
      }
      return schema.getValue("properties") instanceof JsonObject properties
          && properties.stream()
              .map(Map.Entry::getValue)
              .anyMatch(
                  it ->
                      it instanceof JsonObject property
                          && (property.containsKey("examples")
                              || property.containsKey("example")
                              || property.containsKey("default")));
    }

    private static JsonObject schema(String text) {
      try {
        return text.isBlank() ? new JsonObject() : new JsonObject(text);
      } catch (DecodeException e) {
        return new JsonObject();
      }
    }

    void text(double points, String text, int enough, String at, String fix) {
      int length = text.strip().length();
      if (length == 0) {
        missing(points, at, fix);
      } else if (length < enough) {
        missing(points / 2, at, fix + ", in at least " + enough + " characters");
      }
    }

    void when(double points, boolean good, String at, String fix) {
      if (!good) {
        missing(points, at, fix);
      }
    }

    void missing(double points, String at, String fix) {
      lost += points;
      fixes.add(new Fix(Math.round(points * 10) / 10.0, at, fix));
    }

    Quality result() {
      List<Fix> sorted =
          fixes.stream()
              .sorted(Comparator.comparingDouble(Fix::points).reversed())
              .limit(MOST)
              .toList();
      return new Quality((int) Math.round(100 - lost), sorted);
    }
  }
}
