package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;

/** How replicas that are containers are shown. */
final class Containers {
  /** As long as other tools show them. */
  private static final int SHOWN = 12;

  private Containers() {}

  static boolean isOne(JsonValue replica) {
    return replica.get("containerId").isPresent();
  }

  /** Empty for one that is no container. */
  static String shortId(JsonValue replica) {
    String id = replica.get("containerId").text();
    return id.substring(0, Math.min(SHOWN, id.length()));
  }
}
