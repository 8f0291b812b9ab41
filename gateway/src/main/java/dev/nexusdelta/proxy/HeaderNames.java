package dev.nexusdelta.proxy;

import io.netty.util.AsciiString;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A set of header names, asked without regard to case and without garbage. Immutable. */
final class HeaderNames {
  // Asked for or said in every call: their hashes are known.
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
  static final CharSequence REPLICA = HttpHeaders.createOptimized("X-Nexus-Replica");
  static final CharSequence TIMEOUT = HttpHeaders.createOptimized(TimeLimit.HEADER);
  static final CharSequence TOOL_ERROR = HttpHeaders.createOptimized("x-nexus-tool-error");

  private final AsciiString[][] byLength;

  private HeaderNames(AsciiString[][] byLength) {
    this.byLength = byLength;
  }

  static HeaderNames of(String... names) {
    List<List<AsciiString>> lists = new ArrayList<>();
    for (String name : names) {
      while (lists.size() <= name.length()) {
        lists.add(new ArrayList<>());
      }
      lists.get(name.length()).add(AsciiString.cached(name.toLowerCase(Locale.ROOT)));
    }
    return new HeaderNames(
        lists.stream().map(list -> list.toArray(AsciiString[]::new)).toArray(AsciiString[][]::new));
  }

  boolean contains(CharSequence name) {
    if (name.length() >= byLength.length) {
      return false;
    }
    for (AsciiString candidate : byLength[name.length()]) {
      if (candidate.contentEqualsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
