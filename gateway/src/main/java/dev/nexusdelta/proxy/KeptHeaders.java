package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of the head of an agent's answer matters when it is given again. Pure. */
final class KeptHeaders {
  /** Longest sum of names and values; what does not fit is left out. */
  private static final int ROOM = 8 * 1024;

  private static final HeaderNames OF_THE_MOMENT =
      HeaderNames.of("date", "age", "server", "server-timing", "set-cookie", "alt-svc");

  private KeptHeaders() {}

  /** Headers that a caller may see and that mean the same at any time. */
  static List<Map.Entry<String, String>> of(MultiMap headers) {
    MultiMap passed = MultiMap.caseInsensitiveMultiMap();
    HeadRules.toCaller(headers, passed);
    List<Map.Entry<String, String>> kept = new ArrayList<>();
    int[] room = {ROOM};
    passed.forEach(
        (name, value) -> {
          room[0] -= name.length() + value.length();
          if (room[0] >= 0 && !OF_THE_MOMENT.contains(name)) {
            kept.add(Map.entry(name, value));
          }
        });
    return kept;
  }

  /**
   * Whether the agent says that it has not taken the call and that the same one should come again:
   * 429 and 503 with {@code Retry-After}, and what our own runtime says when all its threads are
   * taken.
   */
  static boolean asksToRepeat(Answer answer) {
    boolean refused = answer.status() == 429 || answer.status() == 503;
    return refused
        && (answer.headers().contains("retry-after")
            || "busy".equals(answer.headers().get("x-nexus-tool-error")));
  }
}
