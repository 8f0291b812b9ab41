package dev.nexusdelta.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyWishTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static KeyWish named(String name) {
    return new KeyWish(name, Scopes.of(List.of("read")), Optional.empty(), Optional.empty());
  }

  @Test
  void becomesAKeyThatKnowsItsToken() {
    KeyToken token = KeyToken.fresh(new Random(7));
    ApiKey key = named("ci").as(token, NOW, "cli");
    assertThat(key.id()).isEqualTo(token.id());
    assertThat(new KeyRing(List.of(key)).check(token.reveal(), NOW).valid()).contains(key);
    assertThat(key.toString()).doesNotContain(token.reveal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a b", "a/b", "0123456789ab"})
  void refusesOtherNames(String name) {
    assertThatThrownBy(() -> named(name)).hasMessageStartingWith("key name '" + name + "'");
  }

  @Test
  void endsAfterATimeOrAtAMoment() {
    assertThat(KeyWish.end("90d", NOW)).isEqualTo(Instant.parse("2030-04-01T00:00:00Z"));
    assertThat(KeyWish.end("2030-01-31T12:00:00Z", NOW))
        .isEqualTo(Instant.parse("2030-01-31T12:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "90", "0s", "-1d", "soon", "2029-12-31T23:59:59Z", "99999999d", "2030-02-30"})
  void refusesOtherEnds(String text) {
    assertThatThrownBy(() -> KeyWish.end(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("90d");
  }

  @Test
  void aTextOfAnotherFormIsKnownByItsHash() {
    String text = "correct horse battery staple and more of it";
    ApiKey key =
        new ApiKey(
            KeyToken.OTHER_FORM,
            "admin",
            KeyToken.hash(text),
            Scopes.ADMIN,
            NOW,
            "file",
            Optional.empty(),
            Optional.empty());
    KeyRing ring = new KeyRing(List.of(key));
    assertThat(ring.check(text, NOW).valid()).contains(key);
    assertThat(ring.check(text + " ", NOW).key()).isEmpty();
    assertThat(ring.check("", NOW).key()).isEmpty();
    assertThat(ring.check("nxd_" + KeyToken.OTHER_FORM + "_" + "a".repeat(43), NOW).key())
        .isEmpty();
  }
}
