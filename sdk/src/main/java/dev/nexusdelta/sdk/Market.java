package dev.nexusdelta.sdk;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The marketplace of a gateway: cards of its agents, and the registration of agents that run
 * elsewhere. Get one from {@link NexusDelta#market}; needs the token. Documents have the form that
 * the gateway's {@code /openapi.json} describes.
 */
public final class Market {
  private static final String AGENTS = "/marketplace/agents";
  private static final Pattern PLACEHOLDER =
      Pattern.compile("(?i)(?<scheme>https?://)your-host(?=[:/]|$)");

  private final NexusClient client;

  Market(NexusClient client) {
    this.client = client;
  }

  /**
   * Registers an agent by its card, or changes what its card says.
   *
   * @param card a JSON object: {@code name}, {@code purpose}, {@code category}, {@code model},
   *     {@code tools}, {@code api_endpoint}
   * @param dryRun changes nothing
   * @return the card as the gateway shows it, with {@code notes} of what of it was not taken
   */
  public JsonValue register(String card, boolean dryRun) {
    byte[] body = card.getBytes(StandardCharsets.UTF_8);
    return client
        .admin("POST", AGENTS + (dryRun ? "?dryRun=true" : ""), body, client.timeout())
        .document();
  }

  /** The same with a card of one's own making. */
  public JsonValue register(AgentCard card) {
    return register(card.json());
  }

  /**
   * The same with the members of a card. The placeholder {@code your-host} in the endpoint means
   * this machine, where the gateway is on it too.
   *
   * @throws IllegalArgumentException if the placeholder means nothing
   */
  public JsonValue register(Map<String, ?> card) {
    return register(Mapping.parameters(card, "members of the card"));
  }

  private JsonValue register(JsonValue card) {
    String endpoint = card.get("api_endpoint").text();
    Matcher placeholder = PLACEHOLDER.matcher(endpoint);
    if (!placeholder.lookingAt()) {
      return register(card.toString(), false);
    }
    if (!GatewayUrl.isLoopback(client.gateway())) {
      throw new IllegalArgumentException(
          "api_endpoint '"
              + endpoint
              + "' names the placeholder your-host; expected the host at which the gateway reaches"
              + " the agent");
    }
    String here = placeholder.replaceFirst("${scheme}127.0.0.1");
    return register(card.with("api_endpoint", here).toString(), false);
  }

  /** Cards with these words, the best first. */
  public JsonValue search(String text) {
    return search(text, null, null, null);
  }

  /**
   * Cards that fit, the best first: {@code {"agents":[…],"missing":{},"asOf":"…"}}.
   *
   * @param text words that all stand in the card; null = any
   * @param category in any case; null = any
   * @param capability a whole one; null = any
   * @param tool the whole name of one; null = any
   */
  public JsonValue search(
      @Nullable String text,
      @Nullable String category,
      @Nullable String capability,
      @Nullable String tool) {
    StringBuilder query = new StringBuilder();
    NexusClient.parameter(query, "text", text);
    NexusClient.parameter(query, "category", category);
    NexusClient.parameter(query, "capability", capability);
    NexusClient.parameter(query, "tool", tool);
    return get(AGENTS + query);
  }

  /** One card. */
  public JsonValue card(String name) {
    return get(AGENTS + "/" + NexusClient.segment(name));
  }

  /** Deletes an agent that came by a card; others are refused with 409. */
  public Operation delete(String name) {
    return Operation.from(client.ask("DELETE", AGENTS + "/" + NexusClient.segment(name), null));
  }

  private JsonValue get(String path) {
    return client.ask("GET", path, null);
  }
}
