package dev.nexusdelta.sdk;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link NexusDelta} by the names of the Python SDK.
 *
 * <pre>{@code
 * NexusDeltaSDK sdk = NexusDeltaSDK.builder().apiKey("your_token").build();
 * sdk.registerAgent(
 *     Map.of(
 *         "name", "PriceAgent",
 *         "purpose", "Prices of goods",
 *         "category", "utility",
 *         "model", "gpt-4",
 *         "tools", List.of("price"),
 *         "api_endpoint", "http://127.0.0.1:9000"));
 * }</pre>
 *
 * <p>The gateway is the one that {@code NEXUS_URL} names, else {@code http://127.0.0.1:8080}. The
 * placeholder {@code your_token} means that no key is given: see {@link Credentials}. Thread-safe.
 */
public final class NexusDeltaSDK {
  private final NexusDelta nexus;

  /** With this key; null, empty or {@code your_token}: as if there were none. */
  public NexusDeltaSDK(@Nullable String apiKey) {
    this(NexusDelta.builder().key(apiKey).build());
  }

  private NexusDeltaSDK(NexusDelta nexus) {
    this.nexus = nexus;
  }

  /** Begins one with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** Registers an agent that runs somewhere; the card as it is on record. */
  public JsonValue registerAgent(Map<String, ?> card) {
    return nexus.registerAgent(card);
  }

  /** The same with a typed card. */
  public JsonValue registerAgent(AgentCard card) {
    return nexus.registerAgent(card);
  }

  /** Takes a registered agent away again. */
  public Operation unregisterAgent(String name) {
    return nexus.unregisterAgent(name);
  }

  /** Calls a tool; see {@link RemoteAgent#call(String, Object)}. */
  public JsonValue call(String agent, String tool, @Nullable Object parameters) {
    return nexus.agent(agent).call(tool, parameters);
  }

  /** All there is beyond that. */
  public NexusDelta nexus() {
    return nexus;
  }

  /** Where the gateway is; never the key. */
  @Override
  public String toString() {
    return nexus.toString();
  }

  /** Settings. */
  public static final class Builder {
    private final NexusDelta.Builder settings = NexusDelta.builder();

    private Builder() {}

    /** The key; null, empty or {@code your_token}: as if there were none. */
    public Builder apiKey(@Nullable String value) {
      settings.key(value);
      return this;
    }

    /** Where the gateway is. */
    public Builder url(String value) {
      settings.url(value);
      return this;
    }

    /** The SDK. */
    public NexusDeltaSDK build() {
      return new NexusDeltaSDK(settings.build());
    }
  }
}
