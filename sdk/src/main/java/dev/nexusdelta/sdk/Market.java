package dev.nexusdelta.sdk;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's marketplace: cards of agents, to be found and to be registered. Get one from {@link
 * NexusDelta#market}; thread-safe. Fails as {@link Admin} does.
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
   * What cards are to be found by; empty = any.
   *
   * @param text words of name, purpose and tools
   */
  public record Query(String text, String category, String capability, String tool) {
    /** All cards. */
    public static final Query ALL = new Query("", "", "", "");

    /** Cards with these words. */
    public static Query text(String words) {
      return new Query(words, "", "", "");
    }

    String parameters() {
      StringBuilder query = new StringBuilder();
      add(query, "text", text);
      add(query, "category", category);
      add(query, "capability", capability);
      add(query, "tool", tool);
      return query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
      if (!value.isEmpty()) {
        query
            .append(query.isEmpty() ? '?' : '&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
      }
    }
  }

  /** Cards that fit: {@code {"agents":[…]}}. */
  public JsonValue search(Query query) {
    return document("GET", AGENTS + query.parameters(), null);
  }

  /** One card. */
  public JsonValue card(String name) {
    return document("GET", AGENTS + "/" + NexusClient.segment(name), null);
  }

  /** Registers an agent that runs already; the same card again changes nothing. */
  public JsonValue register(AgentCard card) {
    return register(card.json());
  }

  /**
   * The same with the members {@code name}, {@code purpose}, {@code category}, {@code model},
   * {@code tools}, {@code api_endpoint}. The placeholder {@code your-host} in the endpoint means
   * this machine, where the gateway is on it too.
   *
   * @return the card as it is on record
   */
  public JsonValue register(Map<String, ?> card) {
    return register(Mapping.parameters(card, "members of the card"));
  }

  /**
   * The same of a card's JSON text.
   *
   * @param dryRun changes nothing
   */
  public JsonValue register(String card, boolean dryRun) {
    byte[] body = card.getBytes(StandardCharsets.UTF_8);
    String path = AGENTS + (dryRun ? "?dryRun=true" : "");
    return NexusClient.document(client.admin("POST", path, body, client.timeout()));
  }

  private JsonValue register(JsonValue card) {
    String endpoint = card.get("api_endpoint").text();
    Matcher placeholder = PLACEHOLDER.matcher(endpoint);
    if (!placeholder.lookingAt()) {
      return document("POST", AGENTS, card);
    }
    if (!GatewayUrl.isLoopback(client.gateway())) {
      throw new IllegalArgumentException(
          "api_endpoint '"
              + endpoint
              + "' names the placeholder your-host; expected the host at which the gateway reaches"
              + " the agent");
    }
    String here = placeholder.replaceFirst("${scheme}127.0.0.1");
    return document("POST", AGENTS, card.with("api_endpoint", here));
  }

  /** Takes an agent that was registered here away again; it is not ended where it runs. */
  public void unregister(String name) {
    document("DELETE", AGENTS + "/" + NexusClient.segment(name), null);
  }

  private JsonValue document(String method, String path, @Nullable JsonValue body) {
    return NexusClient.document(client.admin(method, path, body, client.timeout()));
  }
}
