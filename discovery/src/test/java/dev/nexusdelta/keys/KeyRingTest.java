package dev.nexusdelta.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private final KeyToken token = KeyToken.fresh(new Random(1));
  private final KeyRing ring = new KeyRing(List.of(key(token, "ci", Optional.empty())));

  private static ApiKey key(KeyToken token, String name, Optional<Instant> expires) {
    return new ApiKey(
        token.id(), name, token.hash(), Scopes.ADMIN, NOW, "test", expires, Optional.empty());
  }

  @Test
  void aTokenIsKnownByItselfAlone() {
    String text = token.reveal();
    assertThat(ring.check(text, NOW).valid()).map(ApiKey::name).contains("ci");
    for (int i = 0; i < text.length(); i++) {
      String wrong = text.substring(0, i) + '~' + text.substring(i + 1);
      assertThat(ring.check(wrong, NOW).key()).as(wrong).isEmpty();
    }
    assertThat(ring.check(text + "a", NOW).key()).isEmpty();
    assertThat(ring.check("", NOW).key()).isEmpty();
    assertThat(KeyRing.EMPTY.check(text, NOW).key()).isEmpty();
  }

  @Test
  void anExpiredOneIsKnownAndWorthNothing() {
    KeyRing old = new KeyRing(List.of(key(token, "old", Optional.of(NOW))));
    assertThat(old.check(token.reveal(), NOW.minusMillis(1)).valid()).isPresent();
    assertThat(old.check(token.reveal(), NOW).expired()).isTrue();
    assertThat(old.check(token.reveal(), NOW).valid()).isEmpty();
    ApiKey shown = old.check(token.reveal(), NOW).key().orElseThrow();
    assertThat(old.holds(shown, NOW.minusMillis(1))).isTrue();
    assertThat(old.holds(shown, NOW)).isFalse();
    assertThat(KeyRing.EMPTY.holds(shown, NOW.minusMillis(1))).isFalse();
    assertThat(old.isEmpty()).as("one that is expired still asks callers for a key").isFalse();
  }

  @Test
  void eachOfManyIsKnownByItsOwnToken() {
    Random random = new Random(2);
    List<KeyToken> tokens = Stream.generate(() -> KeyToken.fresh(random)).limit(1000).toList();
    KeyRing many =
        new KeyRing(tokens.stream().map(it -> key(it, "of-" + it.id(), Optional.empty())).toList());
    assertThat(many.all()).hasSize(1000);
    assertThat(tokens)
        .allSatisfy(
            it ->
                assertThat(many.check(it.reveal(), NOW).valid())
                    .map(ApiKey::name)
                    .contains("of-" + it.id()));
  }

  @Test
  void ofTwoWithTheSameIdTheLaterIsKnown() {
    String other = token.reveal().substring(0, 17) + "a".repeat(43);
    KeyToken later = KeyToken.of(other).orElseThrow();
    KeyRing both =
        new KeyRing(
            List.of(
                key(token, "earlier", Optional.empty()), key(later, "later", Optional.empty())));
    assertThat(both.all()).hasSize(1);
    assertThat(both.check(other, NOW).valid()).map(ApiKey::name).contains("later");
    assertThat(both.check(token.reveal(), NOW).key()).isEmpty();
  }

  @Test
  void aTokenIsReadAsItWasShownAndNotPrinted() {
    assertThat(KeyToken.of(token.reveal())).map(KeyToken::hash).contains(token.hash());
    assertThat(KeyToken.of(token.reveal() + "x")).isEmpty();
    assertThat(token.toString()).contains(token.id()).doesNotContain(token.reveal().substring(17));
  }

  @Test
  void scopesPermitWhatTheySayAndNoMore() {
    Scopes one = Scopes.of(List.of("invoke:DataAgent/sum", "manage:TextAgent"));
    assertThat(one.mayCall("dataagent", "sum")).isTrue();
    assertThat(one.mayCall("dataagent", "mean")).isFalse();
    assertThat(one.mayCallAll("dataagent")).isFalse();
    assertThat(one.mayCall("textagent", "count")).isFalse();
    assertThat(one.sees("dataagent", "mean")).isFalse();
    assertThat(one.sees("textagent", "count")).isTrue();
    assertThat(one.mayManage("textagent")).isTrue();
    assertThat(one.mayManage("dataagent")).isFalse();
    assertThat(one.mayRead()).isFalse();
    assertThat(Scopes.of(List.of("invoke:*")).mayCallAll("any")).isTrue();
    Scopes read = Scopes.of(List.of("read"));
    assertThat(read.mayRead("any")).isTrue();
    assertThat(read.mayCall("any", "x") || read.mayManage("any") || read.isAdmin()).isFalse();
    assertThat(Scopes.ADMIN.mayCall("any", "x") && Scopes.ADMIN.mayManage("any")).isTrue();
    assertThat(one).hasToString("invoke:dataagent/sum manage:textagent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Admin",
        "read:DataAgent",
        "invoke",
        "invoke:",
        "invoke:a b",
        "invoke:X/",
        "manage:X/tool",
        "invoke:X/a/b",
        "write"
      })
  void whatIsNoScopeIsRefused(String text) {
    assertThatThrownBy(() -> Scope.of(text)).hasMessageContaining("invoke:AGENT/TOOL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"50/s", "600/m", "1000/h"})
  void ratesReadAsTheyAreWritten(String text) {
    assertThat(CallRate.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "50", "0/s", "-1/s", "50/d", "1.5/s", "9999999999/s"})
  void whatIsNoRateIsRefused(String text) {
    assertThatThrownBy(() -> CallRate.of(text)).hasMessageContaining("50/s");
  }
}
