package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.Scope;
import dev.nexusdelta.keys.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys as they are stored. */
final class KeyTexts {
  private static final Logger LOG = LoggerFactory.getLogger(KeyTexts.class);

  /** Of no token. */
  private static final String NO_HASH = "0".repeat(64);

  private KeyTexts() {}

  static String text(ApiKey key) {
    JsonArray scopes = new JsonArray();
    key.scopes().all().forEach(scope -> scopes.add(scope.toString()));
    JsonObject json =
        new JsonObject()
            .put("id", key.id())
            .put("name", key.name())
            .put("hash", key.hash())
            .put("scopes", scopes)
            .put("created", key.created().toString())
            .put("by", key.by());
    key.expires().ifPresent(end -> json.put("expires", end.toString()));
    key.rate().ifPresent(rate -> json.put("rate", rate.toString()));
    return json.encode();
  }

  /**
   * The key with that id. One that cannot be read is worth nothing, but it is a key: callers that
   * need none where none exists are not let in for its damage.
   */
  static ApiKey key(String id, String text) {
    try {
      return read(LedgerStore.json(text));
    } catch (IllegalArgumentException
        | DateTimeException
        | ClassCastException
        | NullPointerException e) {
      LOG.error("key {} cannot be read, and is refused to everybody: {}", id, e.getMessage());
      return new ApiKey(
          id,
          "unreadable-" + id,
          NO_HASH,
          new Scopes(List.of(Scope.READ)),
          Instant.EPOCH,
          "registry",
          Optional.of(Instant.EPOCH),
          Optional.empty());
    }
  }

  private static ApiKey read(JsonObject json) {
    String hash = json.getString("hash");
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("its hash is none");
    }
    return new ApiKey(
        json.getString("id"),
        json.getString("name"),
        hash,
        Scopes.of(json.getJsonArray("scopes").stream().map(String.class::cast).toList()),
        Instant.parse(json.getString("created")),
        json.getString("by"),
        Optional.ofNullable(json.getString("expires")).map(Instant::parse),
        Optional.ofNullable(json.getString("rate")).map(CallRate::of));
  }
}
