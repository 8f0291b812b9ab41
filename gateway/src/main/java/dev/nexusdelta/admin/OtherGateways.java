package dev.nexusdelta.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.Set;

/** The other gateways of the cluster, as this one asks them for operators. Thread-safe. */
public interface OtherGateways {
  /** Names of all that belong to the cluster, be they there or not, but for this one. */
  Set<String> names();

  /** Those of them that are there now. */
  Set<String> present();

  /**
   * Asks one of them what it has of its own, which it does not pass on.
   *
   * @param path of the admin API, with its query
   * @return its answer if that is a 200, paused, on the caller's Vert.x context; else fails, with
   *     the reason for operators
   */
  Future<HttpClientResponse> get(String gateway, String path);
}
