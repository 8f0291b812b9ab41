package dev.nexusdelta.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.hop.HopGate.Passed;
import dev.nexusdelta.hop.HopGate.Refused;
import dev.nexusdelta.hop.HopGate.Verdict;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopGateTest {
  private static final String PATH = "/agents/math/http/report?x=1";

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH.plusSeconds(50));
  private final HopKey key = HopKey.of("secret");
  private final HopGate gate = new HopGate("b", key, now::get);
  private final HopSigner signer = new HopGate("a", key, now::get).signer(-7);

  private String proof() {
    return signer.prove("b", "math-1-x", true, "POST", PATH);
  }

  private Verdict check(String proof) {
    return gate.check("1", proof, "POST", PATH);
  }

  private static String reason(Verdict verdict) {
    return verdict instanceof Refused refused ? refused.reason() : "passed";
  }

  @Test
  void passesWhatAnotherGatewayHasProved() {
    assertThat(check(proof())).isEqualTo(new Passed(new Hop("a", "math-1-x", true)));
    assertThat(check(signer.prove("b", "math-2-x", false, "POST", PATH)))
        .isEqualTo(new Passed(new Hop("a", "math-2-x", false)));
  }

  @Test
  void passesEachProofOnce() {
    String first = proof();
    String second = proof();
    assertThat(second).isNotEqualTo(first);
    assertThat(reason(check(second))).isEqualTo("passed");
    assertThat(reason(check(first))).as("overtaken").isEqualTo("passed");
    assertThat(reason(check(first))).isEqualTo("replayed");
    assertThat(reason(check(second))).isEqualTo("replayed");
  }

  @Test
  void holdsForOneRequestOnly() {
    assertThat(reason(gate.check("1", proof(), "GET", PATH))).isEqualTo("forged");
    assertThat(reason(gate.check("1", proof(), "POST", "/agents/other/execute")))
        .isEqualTo("forged");
    assertThat(reason(check(proof().replace("math-1-x", "math-2-x")))).isEqualTo("forged");
    assertThat(reason(check(proof().replace(";a;", ";c;")))).isEqualTo("forged");
    assertThat(reason(check(proof().replace(";1;a;", ";0;a;")))).isEqualTo("forged");
    assertThat(reason(check(signer.prove("c", "math-1-x", true, "POST", PATH))))
        .isEqualTo("misdirected");
  }

  @Test
  void knowsTheSecret() {
    HopSigner other = new HopGate("a", HopKey.of("Secret"), now::get).signer(1);
    assertThat(reason(check(other.prove("b", "math-1-x", true, "POST", PATH)))).isEqualTo("forged");
    assertThatThrownBy(() -> HopKey.of(" ")).hasMessageContaining("cluster.secret");
    assertThat(key.toString()).doesNotContain("secret");
  }

  @Test
  void holdsForTenSecondsEachWay() {
    String proof = proof();
    String late = proof();
    now.set(now.get().plusSeconds(10));
    assertThat(reason(check(proof))).isEqualTo("passed");
    now.set(now.get().plusMillis(1));
    assertThat(reason(check(late))).isEqualTo("expired");
    String ahead = proof();
    now.set(now.get().minusSeconds(11));
    assertThat(reason(check(ahead))).isEqualTo("expired");
    now.set(now.get().plusSeconds(1));
    assertThat(reason(check(ahead))).isEqualTo("passed");
  }

  @Test
  void refusesMarksWithoutAGoodForm() {
    assertThat(reason(gate.check("1", null, "POST", PATH))).isEqualTo("malformed");
    assertThat(reason(gate.check("2", proof(), "POST", PATH))).isEqualTo("malformed");
    assertThat(reason(gate.check("", proof(), "POST", PATH))).isEqualTo("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1;50000;1;0;1;a;b;c",
        "2;50000;1;0;1;a;b;c;mac",
        "1;-1;1;0;1;a;b;c;mac",
        "1;99999999999999999999;1;0;1;a;b;c;mac",
        "1;50000;xyz;0;1;a;b;c;mac",
        "1;50000;1;0;2;a;b;c;mac",
        "1;050000;1;0;1;a;b;c;mac",
        "1;50000;1;0;1;;b;c;mac",
        "1;50000;1;0;1;a;b;c d;mac",
        "1;50000;1;0;1;a;b;c;mac;more"
      })
  void refusesOtherForms(String header) {
    assertThat(reason(check(header))).isEqualTo("malformed");
  }

  @Test
  void refusesNamesThatCouldHideAnother() {
    assertThatThrownBy(() -> signer.prove("b;c", "x", true, "POST", PATH))
        .hasMessageContaining("b;c");
    assertThatThrownBy(() -> signer.prove("b", "x\ny", true, "POST", PATH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsItsMemoryWithinBounds() {
    HopGate other = new HopGate("a", key, now::get);
    for (int stream = 0; stream < SeenProofs.STREAMS; stream++) {
      String proof = other.signer(stream).prove("b", "x", true, "POST", PATH);
      assertThat(reason(check(proof))).isEqualTo("passed");
    }
    String more = other.signer(99_999).prove("b", "x", true, "POST", PATH);
    assertThat(reason(check(more))).as("no room to remember it").isEqualTo("replayed");
    now.set(now.get().plusSeconds(21));
    assertThat(reason(check(proof()))).as("silent streams are forgotten").isEqualTo("passed");
  }
}
