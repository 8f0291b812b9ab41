package dev.nexusdelta.hop;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells calls that another gateway of the cluster passes on from any others. Thread-safe. */
public final class HopGate {
  /** How far the clocks of two gateways may be apart, and a call on its way. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  private final String gateway;
  private final HopKey key;
  private final InstantSource clock;
  private final SeenProofs seen = new SeenProofs(WINDOW.multipliedBy(2));

  /**
   * A gate.
   *
   * @param gateway name of this one
   */
  public HopGate(String gateway, HopKey key, InstantSource clock) {
    this.gateway = gateway;
    this.key = key;
    this.clock = clock;
  }

  /** Proves this gateway's own calls to others, on one event loop. */
  public HopSigner signer(long stream) {
    return new HopSigner(gateway, key, clock, stream);
  }

  /** What a call with the header {@link Hop#HEADER} is. */
  public sealed interface Verdict {}

  /** It is one that another gateway passes on. */
  public record Passed(Hop hop) implements Verdict {}

  /**
   * It is not, whatever it says.
   *
   * @param reason malformed, forged, expired, misdirected, replayed
   */
  public record Refused(String reason, String detail) implements Verdict {}

  /**
   * Judges a call. Each proof is accepted once.
   *
   * @param mark value of {@link Hop#HEADER}
   * @param header value of {@link Hop#PROOF}; null if there is none
   * @param path with query, as it stands in the request line
   */
  public Verdict check(String mark, @Nullable String header, String method, String path) {
    Optional<HopProof.Read> read =
        header == null || !mark.equals(Hop.ONCE) ? Optional.empty() : HopProof.read(header);
    if (read.isEmpty()) {
      return new Refused("malformed", "its proof is missing or has another form");
    }
    HopProof proof = read.get().proof();
    if (!key.proves(proof.text(method, path), read.get().mac())) {
      return new Refused("forged", "its proof is not made with this cluster's secret");
    }
    long now = clock.millis();
    if (Math.abs(now - proof.millis()) > WINDOW.toMillis()) {
      return new Refused(
          "expired",
          "its proof is "
              + (now - proof.millis())
              + " ms old, at most "
              + WINDOW.toMillis()
              + " are: set the clocks of the gateways");
    }
    if (!proof.to().equals(gateway)) {
      return new Refused("misdirected", "its proof is for another gateway");
    }
    if (!seen.isNew(proof.stream(), proof.serial(), now)) {
      return new Refused("replayed", "its proof was used before");
    }
    return new Passed(new Hop(proof.from(), proof.replica(), proof.own()));
  }
}
