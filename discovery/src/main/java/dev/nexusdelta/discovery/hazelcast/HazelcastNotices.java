package dev.nexusdelta.discovery.hazelcast;

import io.vertx.core.Future;

/**
 * Texts that one gateway puts up for all to read, by name; the last one counts. They are not
 * sealed: nothing may be done for what one says. Thread-safe.
 */
public final class HazelcastNotices {
  private final HazelcastMember member;

  /** On this member, whose owner closes it. */
  public HazelcastNotices(HazelcastMember member) {
    this.member = member;
  }

  /** Puts one up. */
  public Future<Void> put(String name, String text) {
    return member.run(
        hazelcast -> {
          hazelcast.<String, String>getMap(HazelcastConfig.NOTICES).set(name, text);
          return null;
        });
  }

  /** The last one; empty text = none. */
  public Future<String> get(String name) {
    return member.run(
        hazelcast ->
            hazelcast.<String, String>getMap(HazelcastConfig.NOTICES).getOrDefault(name, ""));
  }
}
