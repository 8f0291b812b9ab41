package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.manifest.AgentName;
import java.util.Set;

/** Under which keys documents stand in the ledger: what they are, the agent, and what of it. */
final class Keys {
  static final String AGENT = "agent/";
  static final String RELEASE = "release/";
  static final String MARK = "mark/";
  static final String SUPERSEDED = "superseded/";
  static final String DRAIN = "drain/";

  private static final Set<String> OF_AGENTS = Set.of(AGENT, RELEASE, MARK, SUPERSEDED);

  private Keys() {}

  static String agent(AgentName name) {
    return AGENT + name.key();
  }

  static String releases(AgentName name) {
    return RELEASE + name.key() + "/";
  }

  static String mark(AgentName name) {
    return MARK + name.key();
  }

  static String superseded(AgentName name) {
    return SUPERSEDED + name.key() + "/";
  }

  static String drain(String gateway) {
    return DRAIN + gateway;
  }

  /** The agent, in lower case, that a key is about; a key that is about none, itself. */
  static String agentOf(String key) {
    String[] parts = key.split("/", 3);
    return OF_AGENTS.contains(parts[0] + "/") ? parts[1] : key;
  }
}
