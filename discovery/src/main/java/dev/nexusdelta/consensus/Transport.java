package dev.nexusdelta.consensus;

import io.vertx.core.Future;
import java.util.function.Function;

/**
 * Carries texts between members: to whom they are sent, or to nobody. It may lose or delay them,
 * and must not be open to anybody but the cluster's gateways.
 *
 * <p>Callable from any thread. A text is as long as the largest document, or about 256 KiB.
 */
public interface Transport {
  /**
   * Sends a request.
   *
   * @return the other's answer; fails if there is none within about two seconds
   */
  Future<String> send(String memberId, String text);

  /** Whom to call with each request that arrives; before that all are refused. Called once. */
  void receive(Function<String, Future<String>> handler);

  /** Reaches nobody: for a gateway alone. */
  static Transport none() {
    return new Transport() {
      @Override
      public Future<String> send(String memberId, String text) {
        return Future.failedFuture("no other gateway can be reached: this one is alone");
      }

      @Override
      public void receive(Function<String, Future<String>> handler) {
        // Nobody calls.
      }
    };
  }
}
