package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of a gateway that runs. */
record KeysInForce(Keys keys) implements KeptKeys {
  @Override
  public JsonValue list() {
    return keys.list();
  }

  @Override
  public JsonValue create(
      String name, List<String> scopes, @Nullable String expires, @Nullable String rate) {
    return keys.create(name, scopes, expires, rate);
  }

  @Override
  public JsonValue revoke(String idOrName) {
    return keys.revoke(idOrName);
  }
}
