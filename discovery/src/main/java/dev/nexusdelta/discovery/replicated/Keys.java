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
  static final String KEY = "key/";
  static final String KEY_NAME = "keyname/";
  static final String KEY_USE = "keyuse/";

  private static final Set<String> OF_AGENTS = Set.of(AGENT, RELEASE, MARK, SUPERSEDED);
  private static final Set<String> OF_KEYS = Set.of(KEY, KEY_NAME, KEY_USE);

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

  static String key(String id) {
    return KEY + id;
  }

  static String keyName(String name) {
    return KEY_NAME + name;
  }

  static String keyUse(String id) {
    return KEY_USE + id;
  }

  /**
   * The agent, in lower case, that a key is about; {@link #KEY} for one about keys of callers; a
   * key that is about neither, itself.
   */
  static String agentOf(String key) {
    String[] parts = key.split("/", 3);
    String kind = parts[0] + "/";
    return OF_AGENTS.contains(kind) ? parts[1] : OF_KEYS.contains(kind) ? KEY : key;
  }
}
