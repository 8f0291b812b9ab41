package dev.nexusdelta.keyed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.keyed.Claim.Verdict;
import dev.nexusdelta.keyed.ClaimState.Answered;
import dev.nexusdelta.keyed.ClaimState.InProgress;
import dev.nexusdelta.keyed.ClaimState.NotKept;
import dev.nexusdelta.keyed.ClaimState.Unknown;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every state of a claim against everything that may be asked of it or happen to it. */
class ClaimTest {
  private static final long DAY = 24 * 3600 * 1000L;
  private static final CallKey KEY = new CallKey(CallKey.Caller.ANONYMOUS, "math", "k-1");
  private static final Fingerprint PRINT = print("body");
  private static final StoredAnswer ANSWER =
      new StoredAnswer(
          201, List.of(Map.entry("content-type", "text/plain")), Buffer.buffer("a\nb"));
  private static final List<ClaimState> ENDS =
      List.of(new Answered(ANSWER), new NotKept(200), new Unknown("why"));

  private static Fingerprint print(String body) {
    return Fingerprint.of("execute", "", body.getBytes(StandardCharsets.UTF_8));
  }

  private static Claim begun() {
    return Claim.begun(KEY, PRINT, "gw/1/1", "req", 1000);
  }

  @Test
  void judgesByStateAgeAndBody() {
    for (long age : new long[] {0, DAY - 1, DAY, 10 * DAY}) {
      long now = 1000 + age;
      assertThat(begun().verdict(PRINT, now)).isEqualTo(Verdict.BUSY);
      assertThat(begun().verdict(print("other"), now)).isEqualTo(Verdict.REUSED);
      for (ClaimState end : ENDS) {
        Claim ended = begun().ended(end);
        boolean old = age >= DAY;
        assertThat(ended.isExpired(now)).isEqualTo(old);
        assertThat(ended.verdict(PRINT, now)).isEqualTo(old ? Verdict.EXPIRED : Verdict.OVER);
        assertThat(ended.verdict(print("other"), now))
            .isEqualTo(old ? Verdict.EXPIRED : Verdict.REUSED);
      }
    }
  }

  @Test
  void endsOnce() {
    for (ClaimState first : ENDS) {
      Claim ended = begun().ended(first);
      assertThat(ended.state()).isEqualTo(first);
      assertThat(ended.lost()).isEqualTo(ended);
      for (ClaimState second : ENDS) {
        assertThat(ended.ended(second)).isEqualTo(ended);
      }
    }
    assertThatThrownBy(() -> begun().ended(new InProgress()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(begun().lost().state()).isInstanceOf(Unknown.class);
  }

  @Test
  void isTheSameAfterBeingWritten() {
    Claim claim = begun();
    assertThat(ClaimTexts.claim(ClaimTexts.text(claim))).isEqualTo(claim);
    for (ClaimState end : ENDS) {
      assertThat(ClaimTexts.claim(ClaimTexts.text(claim.ended(end)))).isEqualTo(claim.ended(end));
    }
    assertThatThrownBy(() -> ClaimTexts.state(new byte[] {'{'}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsKeysApart() {
    CallKey key = new CallKey(new CallKey.Caller("id"), "math", "a!~");
    assertThat(CallKey.of(key.text())).isEqualTo(key);
    assertThat(CallKey.of(KEY.text())).isEqualTo(KEY);
    assertThatThrownBy(() -> CallKey.of("x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(CallKey.isValid("a".repeat(255))).isTrue();
    for (String bad : List.of("", "a".repeat(256), "a b", "a\tb", "ä", "\u007f")) {
      assertThat(CallKey.isValid(bad)).as(bad).isFalse();
    }
  }

  @Test
  void tellsCallsApart() {
    assertThat(print("body")).isEqualTo(PRINT).isNotEqualTo(print("body "));
    assertThat(Fingerprint.of("a", "b", new byte[0]))
        .isNotEqualTo(Fingerprint.of("ab", "", new byte[0]))
        .isNotEqualTo(Fingerprint.of("a", "", new byte[] {'b'}));
  }
}
