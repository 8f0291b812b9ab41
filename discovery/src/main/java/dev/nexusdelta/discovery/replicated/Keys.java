package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.manifest.AgentName;

/** Under which keys documents stand in the ledger: what they are, the agent, and what of it. */
final class Keys {
  static final String AGENT = "agent/";
  static final String RELEASE = "release/";
  static final String MARK = "mark/";
  static final String SUPERSEDED = "superseded/";

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

  /** The agent, in lower case, that a key is about. */
  static String agentOf(String key) {
    String[] parts = key.split("/", 3);
    return parts.length > 1 ? parts[1] : "";
  }
}
