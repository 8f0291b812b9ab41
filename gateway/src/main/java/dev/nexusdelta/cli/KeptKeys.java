package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of callers, wherever they are kept. Answers are documents of the admin API. */
interface KeptKeys {
  /** All of them: {@code {"keys":[…]}}. */
  JsonValue list();

  /**
   * Makes one.
   *
   * @param expires null = never
   * @param rate null = without limit
   * @return the key with its {@code token}
   */
  JsonValue create(
      String name, List<String> scopes, @Nullable String expires, @Nullable String rate);

  /** Revokes one: {@code {"revoked":{"id","name"}}}. */
  JsonValue revoke(String idOrName);
}
