package dev.nexusdelta.hop;

import java.time.InstantSource;

/** Makes the proofs of one event loop's calls to other gateways. Not thread-safe. */
public final class HopSigner {
  private final String gateway;
  private final HopKey key;
  private final InstantSource clock;
  private final long stream;
  private long serial;

  /**
   * A signer.
   *
   * @param gateway name of this one
   * @param stream drawn at random
   */
  public HopSigner(String gateway, HopKey key, InstantSource clock, long stream) {
    this.gateway = gateway;
    this.key = key;
    this.clock = clock;
    this.stream = stream;
  }

  /**
   * The proof of one request, made when it is sent.
   *
   * @param to name of the gateway that it goes to
   * @param replica id
   * @param own whether the manifest set the deadline
   * @param path with query, as it stands in the request line
   */
  public String prove(String to, String replica, boolean own, String method, String path) {
    HopProof proof = new HopProof(clock.millis(), stream, serial++, own, gateway, to, replica);
    return proof.header(key.proof(proof.text(method, path)));
  }
}
