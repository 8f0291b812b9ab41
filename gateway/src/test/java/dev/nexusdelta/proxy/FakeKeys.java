package dev.nexusdelta.proxy;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.quota.Quotas;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keys as a test makes them. */
final class FakeKeys {
  static final String OPERATOR = "nxa_the-operators-own-token-of-this-test";

  /** Names of keys that were shown rightly. */
  final List<String> used = new CopyOnWriteArrayList<>();

  private final SecureRandom random = new SecureRandom();
  private volatile KeyRing ring = KeyRing.EMPTY;

  CallerKeys callers(boolean always) {
    return new CallerKeys(
        () -> ring, always, OPERATOR::equals, this::used, new Quotas(System::nanoTime));
  }

  private void used(String id) {
    ring.all().stream().filter(key -> key.id().equals(id)).forEach(key -> used.add(key.name()));
  }

  /** Makes one and returns its token. */
  String add(String name, String... scopes) {
    return add(name, Optional.empty(), Optional.empty(), scopes);
  }

  String addExpired(String name, String... scopes) {
    Instant past = Instant.now().minus(Duration.ofMinutes(1));
    return add(name, Optional.of(past), Optional.empty(), scopes);
  }

  String addWithRate(String name, String rate, String... scopes) {
    return add(name, Optional.empty(), Optional.of(CallRate.of(rate)), scopes);
  }

  private String add(
      String name, Optional<Instant> expires, Optional<CallRate> rate, String... scopes) {
    KeyToken token = KeyToken.fresh(random);
    List<ApiKey> all = new ArrayList<>(ring.all());
    all.add(
        new ApiKey(
            token.id(),
            name,
            token.hash(),
            Scopes.of(List.of(scopes)),
            Instant.now(),
            "test",
            expires,
            rate));
    ring = new KeyRing(all);
    return token.reveal();
  }

  void remove(String name) {
    ring = new KeyRing(ring.all().stream().filter(key -> !key.name().equals(name)).toList());
  }

  static String id(String token) {
    return KeyToken.of(token).orElseThrow().id();
  }

  /** One that is nobody's, of the same id. */
  static String other(String token) {
    char last = token.charAt(token.length() - 1);
    return token.substring(0, token.length() - 1) + (last == 'A' ? 'B' : 'A');
  }
}
