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
   * Whether our own runtime says that it has not begun the call: all its threads are taken, or it
   * is stopping. Whatever else an agent answers, be it 429 or 503 with {@code Retry-After}, it may
   * have done something before.
   */
  static boolean asksToRepeat(Answer answer) {
    return answer.status() == 503
        && ("busy".equals(answer.headers().get(HeaderNames.TOOL_ERROR))
            || "draining".equals(answer.headers().get("x-nexus-not-executed")));
  }
}
