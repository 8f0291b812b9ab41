package dev.nexusdelta.proxy;

import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.Scopes;
import dev.nexusdelta.quota.KeyQuota;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as far as that is known. Immutable.
 *
 * @param id of the key; empty without one
 * @param name as logs show it; null without one
 * @param untilMillis from then on it is worth nothing, on the wall clock
 * @param quota how often it may call; null = without limit
 */
record Identity(
    String id, @Nullable String name, Scopes scopes, long untilMillis, @Nullable KeyQuota quota) {
  /** Calls without a key where none is needed. */
  static final Identity ANYBODY = new Identity("", null, Scopes.ADMIN, Long.MAX_VALUE, null);

  /** Has the operator's own token; no key can have this name. */
  static final Identity OPERATOR =
      new Identity("admin", "(admin token)", Scopes.ADMIN, Long.MAX_VALUE, null);

  /** Who has shown that key. */
  static Identity of(ApiKey key, @Nullable KeyQuota quota) {
    long until = key.expires().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    return new Identity(key.id(), key.name(), key.scopes(), until, quota);
  }

  /** Whether nothing has to be asked. */
  private boolean isAnybody() {
    return this == ANYBODY;
  }

  /** Whether the agent may be shown to it. */
  boolean sees(String agent) {
    return isAnybody() || scopes.sees(agent);
  }

  /** Whether a tool may be shown to it. */
  boolean sees(String agent, String tool) {
    return isAnybody() || scopes.sees(agent, tool);
  }

  /** Whether it may call every tool of the agent. */
  boolean mayCallAll(String agent) {
    return isAnybody() || scopes.mayCallAll(agent);
  }

  /** Whether the route is for it; of {@code /execute} only the body may tell. */
  boolean mayAsk(Route route, String agent) {
    if (isAnybody()) {
      return true;
    }
    return switch (route.kind()) {
      case EXECUTE -> scopes.mayCallAny(agent);
      case TOOL -> scopes.mayCall(agent, route.tool());
      case HTTP -> scopes.mayCallAll(agent);
      case TOOLS, OPEN_API, HEALTH -> scopes.sees(agent);
      case AGENTS, CONTROL -> true;
    };
  }

  /** For keyed calls: those of two callers are never the same. */
  CallKey.Caller caller() {
    return isAnybody() ? CallKey.Caller.ANONYMOUS : new CallKey.Caller(id);
  }
}
