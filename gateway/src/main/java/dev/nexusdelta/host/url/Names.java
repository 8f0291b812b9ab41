package dev.nexusdelta.host.url;

import io.vertx.core.Future;
import java.util.List;

/** Resolves host names to addresses. */
public interface Names {
  /**
   * All addresses of a host as IP literals, in any order.
   *
   * @return fails if the name does not exist or nobody answers in time; may complete on any thread
   */
  Future<List<String>> resolve(String host);
}
