package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.time.Instant;

/** What callers are told about their keys: never what they have shown. Pure. */
final class KeyProblems {
  private static final String MAKE =
      "nexus keys create NAME --scope invoke:AGENT makes a key; send it as Authorization: Bearer"
          + " nxd_…";

  /** Longest list of scopes that is shown. */
  private static final int MOST_SCOPES = 300;

  private KeyProblems() {}

  static Problem noKey() {
    return unauthorized("a key is needed here, and the call shows none").hint(MAKE);
  }

  static Problem severalKeys() {
    return unauthorized("the call has several Authorization headers; expected one").hint(MAKE);
  }

  static Problem otherScheme() {
    return unauthorized("the Authorization header is not of the form Bearer KEY").hint(MAKE);
  }

  static Problem unknownKey() {
    return unauthorized("the key that the call shows does not exist, or does not exist any more")
        .hint(MAKE);
  }

  static Problem expired(Identity who) {
    return unauthorized(
            "key "
                + who.name()
                + " is right, and has expired at "
                + Instant.ofEpochMilli(who.untilMillis()))
        .hint("nexus keys create makes a new one");
  }

  private static Problem unauthorized(String detail) {
    return Problem.of(ProblemCode.UNAUTHORIZED, detail);
  }

  /** The route is not for this key. */
  static Problem notPermitted(Identity who, Route route) {
    String agent = route.agent();
    return switch (route.kind()) {
      case TOOL ->
          needs(who, "call tool " + shown(route.tool()) + " of agent " + agent, invoke(route));
      case HTTP -> needs(who, "call routes of agent " + agent, "invoke:" + agent);
      case EXECUTE -> needs(who, "call agent " + agent, "invoke:" + agent);
      case TOOLS, OPEN_API, HEALTH, AGENTS, CONTROL ->
          needs(who, "see agent " + agent, "invoke:" + agent + " or read");
    };
  }

  private static String invoke(Route route) {
    return "invoke:" + route.agent() + "/" + shown(route.tool());
  }

  /** The tool in a body is not for this key. */
  static Problem toolNotPermitted(Identity who, String agent, String tool) {
    return needs(
        who,
        "call tool " + shown(tool) + " of agent " + agent,
        "invoke:" + agent + "/" + shown(tool));
  }

  /** A key for some tools, and a body that does not say for sure which one it is for. */
  static Problem toolNotClear(Identity who, String agent, String why) {
    return needs(
            who,
            "call agent " + agent + " with a body whose tool is not clear (" + why + ")",
            "invoke:" + agent)
        .hint(
            "name the tool in the path: POST /agents/"
                + agent
                + "/tools/TOOL takes its parameters as body");
  }

  private static Problem needs(Identity who, String what, String scope) {
    return Problem.of(
            ProblemCode.FORBIDDEN,
            "key "
                + who.name()
                + " may not "
                + what
                + ": that needs the scope "
                + scope
                + ", and it has "
                + cut(who.scopes().toString(), MOST_SCOPES))
        .hint("nexus keys create NAME --scope " + scope.replaceFirst(" or .*", ""));
  }

  static Problem tooOften(Identity who, String rate, int afterSeconds) {
    return Problem.of(
            ProblemCode.RATE_LIMITED, "key " + who.name() + " may be used " + rate + ", not more")
        .hint("wait as Retry-After says; a key with another --rate takes more")
        .retryAfter(afterSeconds);
  }

  private static String shown(String text) {
    return cut(text, 60);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
