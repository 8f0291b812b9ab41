package dev.nexusdelta.admin;

import dev.nexusdelta.keys.Scope;
import dev.nexusdelta.keys.Scopes;
import java.util.function.BiPredicate;

/** What a route asks of its caller; agents are named by their lower-case form. */
enum Need {
  /** Nothing, ever. */
  NOTHING(true, "", (scopes, agent) -> true),
  /** Any key, once there are keys. */
  KEY(true, "any", (scopes, agent) -> true),
  /** To read, once there are keys. */
  METRICS(true, "read", (scopes, agent) -> scopes.mayRead()),
  /** To read everything. */
  READ(false, "read", (scopes, agent) -> scopes.mayRead()),
  /** To read something; the handler looks at what. */
  READ_SOME(
      false, "read or manage:AGENT", (scopes, agent) -> scopes.mayRead() || managesSome(scopes)),
  /** To read of the agent in the path. */
  READ_AGENT(false, "read or manage:%s", Scopes::mayRead),
  /** To change some agent; the handler looks at which. */
  MANAGE_SOME(false, "manage:AGENT", (scopes, agent) -> scopes.isAdmin() || managesSome(scopes)),
  /** To change the agent in the path. */
  MANAGE_AGENT(false, "manage:%s", Scopes::mayManage),
  /** Everything; also what a route needs that says nothing. */
  ADMIN(false, "admin", (scopes, agent) -> scopes.isAdmin());

  private final boolean open;
  private final String scope;
  private final BiPredicate<Scopes, String> permitted;

  Need(boolean open, String scope, BiPredicate<Scopes, String> permitted) {
    this.open = open;
    this.scope = scope;
    this.permitted = permitted;
  }

  private static boolean managesSome(Scopes scopes) {
    return scopes.all().stream().anyMatch(scope -> scope.kind() == Scope.Kind.MANAGE);
  }

  /** Whether the route is open to everybody as long as there are no keys. */
  boolean isOpen() {
    return open;
  }

  boolean permits(Scopes scopes, String agent) {
    return permitted.test(scopes, agent);
  }

  /** The scope, as people write it. */
  String scope(String agent) {
    return scope.replace("%s", agent);
  }
}
