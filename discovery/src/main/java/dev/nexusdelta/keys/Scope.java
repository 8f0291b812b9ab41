package dev.nexusdelta.keys;

import dev.nexusdelta.manifest.AgentName;
import java.util.regex.Pattern;

/**
 * One thing that a key permits.
 *
 * @param kind what for
 * @param agent of which agent, in lower case; {@link #ANY} = of all; empty where no agent is named
 * @param tool of which tool, as its agent spells it; empty = of all
 */
public record Scope(Kind kind, String agent, String tool) {
  /** In place of an agent's name: each of them. */
  public static final String ANY = "*";

  /** Everything there is. */
  public static final Scope ADMIN = new Scope(Kind.ADMIN, "", "");

  /** All that the admin API tells and changes nothing. */
  public static final Scope READ = new Scope(Kind.READ, "", "");

  private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

  /** What a scope is about. */
  public enum Kind {
    /** Calls of an agent's tools. */
    INVOKE("invoke"),
    /** What the admin API tells of everything. */
    READ("read"),
    /** What the admin API tells of an agent, and changes of it. */
    MANAGE("manage"),
    /** Everything, keys among it. */
    ADMIN("admin");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /**
   * Reads {@code admin}, {@code read}, {@code manage:DataAgent}, {@code invoke:DataAgent}, {@code
   * invoke:DataAgent/process_data}; {@code *} stands for every agent.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static Scope of(String text) {
    if (text.equals(Kind.ADMIN.word)) {
      return ADMIN;
    }
    if (text.equals(Kind.READ.word)) {
      return READ;
    }
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    String what = text.substring(colon + 1);
    if (kind.equals(Kind.MANAGE.word)) {
      return new Scope(Kind.MANAGE, agent(text, what), "");
    }
    if (!kind.equals(Kind.INVOKE.word)) {
      throw wrong(text);
    }
    int slash = what.indexOf('/');
    String tool = slash < 0 ? "" : what.substring(slash + 1);
    if (slash >= 0 && !TOOL.matcher(tool).matches()) {
      throw wrong(text);
    }
    return new Scope(Kind.INVOKE, agent(text, slash < 0 ? what : what.substring(0, slash)), tool);
  }

  private static String agent(String text, String name) {
    if (name.equals(ANY)) {
      return ANY;
    }
    if (!AgentName.isValid(name)) {
      throw wrong(text);
    }
    return new AgentName(name).key();
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "scope '%s' is none of invoke:AGENT, invoke:AGENT/TOOL, read, manage:AGENT and admin, where AGENT is a name, or * for all"
            .formatted(Excerpt.of(text, 80)));
  }

  /** Whether it is about that agent. */
  boolean isAbout(String key) {
    return agent.equals(ANY) || agent.equals(key);
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    return kind.word + (agent.isEmpty() ? "" : ":" + agent) + (tool.isEmpty() ? "" : "/" + tool);
  }
}
