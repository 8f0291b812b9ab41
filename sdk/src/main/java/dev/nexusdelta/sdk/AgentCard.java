package dev.nexusdelta.sdk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the marketplace shows of an agent that runs somewhere, and where it runs.
 *
 * <pre>{@code
 * AgentCard card =
 *     AgentCard.of("PriceAgent", "http://127.0.0.1:9000")
 *         .purpose("Prices of goods")
 *         .category("utility")
 *         .model("gpt-4")
 *         .tools("price", "history");
 * nexus.registerAgent(card);
 * }</pre>
 *
 * @param name a letter, then up to 39 letters, digits or inner hyphens
 * @param purpose what it is good for, in a sentence
 * @param category empty = none
 * @param model shown only; empty = none
 * @param tools names, or maps or records with {@code name}, {@code description}, schemas
 * @param apiEndpoint URL at which it answers {@code POST /execute}; {@code api_endpoint} in JSON
 */
public record AgentCard(
    String name,
    String purpose,
    String category,
    String model,
    List<Object> tools,
    String apiEndpoint) {
  /** Copies the list. */
  public AgentCard {
    if (name.isBlank() || apiEndpoint.isBlank()) {
      throw new IllegalArgumentException(
          "the card has no "
              + (name.isBlank() ? "name" : "api_endpoint")
              + "; expected one like AgentCard.of(\"PriceAgent\", \"http://127.0.0.1:9000\")");
    }
    tools = List.copyOf(tools);
  }

  /** A card with the least that an agent needs. */
  public static AgentCard of(String name, String apiEndpoint) {
    return new AgentCard(name, "", "", "", List.of(), apiEndpoint);
  }

  /** With this purpose. */
  public AgentCard purpose(String value) {
    return new AgentCard(name, value, category, model, tools, apiEndpoint);
  }

  /** With this category. */
  public AgentCard category(String value) {
    return new AgentCard(name, purpose, value, model, tools, apiEndpoint);
  }

  /** With this model. */
  public AgentCard model(String value) {
    return new AgentCard(name, purpose, category, value, tools, apiEndpoint);
  }

  /** With these tools. */
  public AgentCard tools(Object... values) {
    return new AgentCard(name, purpose, category, model, List.of(values), apiEndpoint);
  }

  JsonValue json() {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("name", name);
    card.put("purpose", purpose);
    card.put("category", category);
    card.put("model", model);
    card.put("tools", tools);
    card.put("api_endpoint", apiEndpoint);
    return Mapping.json(card);
  }
}
