package dev.nexusdelta.sdk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of a gateway's callers: {@code /api/v1/keys}. Get one from {@link NexusClient#keys}. */
public final class Keys {
  private static final String PATH = "/keys";

  private final NexusClient client;

  Keys(NexusClient client) {
    this.client = client;
  }

  /** All keys, without their tokens: {@code {"keys":[…]}}. */
  public JsonValue list() {
    return client.ask("GET", PATH, null);
  }

  /**
   * Makes one.
   *
   * @param scopes {@code read}, {@code invoke:DataAgent}, {@code manage:*}, {@code admin}, …
   * @param expires such as {@code 90d}, or a moment; null = never
   * @param rate such as {@code 50/s}; null = without limit
   * @return the key with its {@code token}, which is in no other answer
   */
  public JsonValue create(
      String name, List<String> scopes, @Nullable String expires, @Nullable String rate) {
    JsonValue body = JsonValue.object().with("name", name).with("scopes", JsonValue.of(scopes));
    if (expires != null) {
      body = body.with("expires", expires);
    }
    if (rate != null) {
      body = body.with("rate", rate);
    }
    return client.ask("POST", PATH, body);
  }

  /** Revokes one, by its id or name. */
  public JsonValue revoke(String idOrName) {
    return client.ask("DELETE", PATH + "/" + NexusClient.segment(idOrName), null);
  }
}
