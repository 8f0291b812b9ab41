package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.KeyWish;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.sdk.JsonValue;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys of a data folder on which no gateway runs. */
record KeysAtRest(RestingRegistry registry) implements KeptKeys {

  @Override
  public JsonValue list() {
    if (!registry.exists()) {
      return JsonValue.object().with("keys", JsonValue.of(List.of())); // a look makes no folder
    }
    return registry.with(
        open -> {
          Map<String, Instant> uses = open.keys().lastUses();
          List<JsonValue> rows =
              open.keys().ring().all().stream()
                  .sorted(Comparator.comparing(ApiKey::name))
                  .map(key -> json(key, uses.get(key.id())))
                  .toList();
          return JsonValue.object().with("keys", JsonValue.of(rows));
        });
  }

  @Override
  public JsonValue create(
      String name, List<String> scopes, @Nullable String expires, @Nullable String rate) {
    KeyWish wish = wish(name, scopes, expires, rate);
    KeyToken token = KeyToken.fresh(new SecureRandom());
    ApiKey key = wish.as(token, Instant.now(), "cli");
    changed(
        keys -> {
          try {
            return keys.add(key).await();
          } catch (KeyStore.NameTakenException e) {
            throw new CommandFailure(
                ExitCode.CONFLICT,
                String.valueOf(e.getMessage()),
                "another name, or first nexus keys revoke " + name);
          }
        });
    return json(key, null).with("token", token.reveal());
  }

  private static KeyWish wish(
      String name, List<String> scopes, @Nullable String expires, @Nullable String rate) {
    try {
      return new KeyWish(
          name,
          Scopes.of(scopes),
          Optional.ofNullable(expires).map(text -> KeyWish.end(text, Instant.now())),
          Optional.ofNullable(rate).map(CallRate::of));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.REFUSED, String.valueOf(e.getMessage()), "nexus keys create --help");
    }
  }

  @Override
  public JsonValue revoke(String idOrName) {
    return changed(
        keys -> {
          List<ApiKey> all = keys.ring().all();
          ApiKey key =
              all.stream()
                  .filter(it -> it.id().equals(idOrName))
                  .findFirst()
                  .or(() -> all.stream().filter(it -> it.name().equals(idOrName)).findFirst())
                  .orElseThrow(
                      () ->
                          new CommandFailure(
                              ExitCode.NOT_FOUND,
                              "there is no key with the id or name '" + idOrName + "'",
                              "nexus keys list shows those there are"));
          keys.remove(key.id()).await();
          return JsonValue.object()
              .with("revoked", JsonValue.object().with("id", key.id()).with("name", key.name()));
        });
  }

  private <T> T changed(Function<KeyStore, T> change) {
    return registry.with(
        open -> {
          registry.refuseIfShared(open, "keys count only once a majority of them knows", "--url");
          return change.apply(open.keys());
        });
  }

  private static JsonValue json(ApiKey key, @Nullable Instant lastUsed) {
    return JsonValue.object()
        .with("id", key.id())
        .with("name", key.name())
        .with("scopes", JsonValue.of(key.scopes().all()))
        .with("created", key.created().toString())
        .with("by", key.by())
        .with("expires", JsonValue.of(key.expires().orElse(null)))
        .with("rate", JsonValue.of(key.rate().orElse(null)))
        .with("lastUsed", JsonValue.of(lastUsed));
  }
}
