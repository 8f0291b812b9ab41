package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.Scopes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WithOwnKeyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random = new Random(3);
  private final KeyToken token = KeyToken.fresh(random);
  private final ApiKey own = key("admin", token);
  private final HeldKeys shared = new HeldKeys();
  private final KeyStore keys = new WithOwnKey(shared, own);

  private static ApiKey key(String name, KeyToken token) {
    return new ApiKey(
        token.id(),
        name,
        token.hash(),
        Scopes.of(List.of("admin")),
        NOW,
        "test",
        Optional.empty(),
        Optional.empty());
  }

  private List<String> names() {
    return keys.ring().all().stream().map(ApiKey::name).toList();
  }

  @Test
  void isThereBesideThoseOfTheClusterWhateverBecomesOfThem() {
    assertThat(keys.ring().check(token.reveal(), NOW).valid()).contains(own);
    AtomicInteger changes = new AtomicInteger();
    keys.watch(changes::incrementAndGet);
    KeyToken other = KeyToken.fresh(random);
    assertThat(keys.add(key("ci", other)).succeeded()).isTrue();
    assertThat(names()).containsExactly("ci", "admin");
    assertThat(keys.ring().check(other.reveal(), NOW).valid()).isPresent();
    // What another gateway takes away.
    shared.remove(other.id());
    assertThat(names()).containsExactly("admin");
    assertThat(changes).hasValue(2);
    assertThat(shared.all).as("never stored").isEmpty();
  }

  @Test
  void isNotTakenAwayHereButInItsFile() {
    assertThat(keys.remove(own.id()).cause())
        .isInstanceOf(KeyStore.FixedException.class)
        .hasMessageContaining("'admin'")
        .hasMessageContaining("admin-key-file")
        .hasMessageContaining("start the gateway again");
    assertThat(names()).containsExactly("admin");
  }

  @Test
  void itsNameIsTaken() {
    assertThat(keys.add(key("admin", KeyToken.fresh(random))).cause())
        .isInstanceOf(KeyStore.NameTakenException.class)
        .hasMessageContaining("'admin'");
    assertThat(shared.all).isEmpty();
  }

  @Test
  void itsUsesArePutDownLikeThoseOfOthers() {
    assertThat(keys.used(Map.of(own.id(), NOW)).succeeded()).isTrue();
    assertThat(keys.lastUses()).containsExactly(Map.entry(own.id(), NOW));
  }
}
