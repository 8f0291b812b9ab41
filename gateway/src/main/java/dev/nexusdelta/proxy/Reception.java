package dev.nexusdelta.proxy;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.quota.Admission;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in: by their key, or, where none is needed, by the name under which they address us.
 * A key is something that no page can make a browser send by a false name, so that who shows one
 * may use any name; pages of other origins are refused either way. One per event loop and door.
 */
final class Reception {
  private static final Problem WRONG_HOST =
      Problem.of(ProblemCode.WRONG_HOST, "the Host header names no address that is served here");
  private static final Problem FOREIGN =
      Problem.of(ProblemCode.FORBIDDEN, "the call comes from a page of another origin");

  private final Door door;
  private final KeyCheck keys;

  /** As the latest caller named us who did so rightly: most name us alike. */
  private String servedHost = "";

  Reception(Door door, KeyCheck keys) {
    this.door = door;
    this.keys = keys;
  }

  /** Who it is, or why it is not let in. */
  Shown meet(Arrival arrival) {
    HttpServerRequest request = arrival.request();
    KeyRing ring = door.isForCallers() ? keys.asked() : null;
    if (ring == null) {
      Problem problem = addressed(request);
      return problem == null ? Shown.NOTHING : Shown.wrong(problem);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && HostRule.isForeign(RequestCheck.hostOf(request), origin)) {
      return Shown.wrong(FOREIGN);
    }
    return keys.of(arrival, ring);
  }

  /** Counts it against the rate of its key, if that has one; then there may be a problem. */
  static Shown counted(Shown shown, long nowNanos) {
    Identity who = shown.who();
    if (who.quota() == null) {
      return shown;
    }
    Admission admission = who.quota().take(nowNanos);
    Problem late =
        admission.isAdmitted()
            ? null
            : KeyProblems.tooOften(
                who, who.quota().rate().toString(), admission.retryAfterSeconds());
    return new Shown(who, late, admission);
  }

  private @Nullable Problem addressed(HttpServerRequest request) {
    return switch (verdict(request)) {
      case OK -> null;
      case WRONG_HOST -> WRONG_HOST;
      case FOREIGN_ORIGIN -> FOREIGN;
    };
  }

  private HostRule.Verdict verdict(HttpServerRequest request) {
    String host = RequestCheck.hostOf(request);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null && servedHost.equals(host)) {
      return HostRule.Verdict.OK;
    }
    HostRule.Verdict verdict = door.hosts().check(host, origin);
    if (verdict == HostRule.Verdict.OK && host != null) {
      servedHost = host;
    }
    return verdict == HostRule.Verdict.WRONG_HOST
        ? door.guests().check(request, host, origin)
        : verdict;
  }
}
