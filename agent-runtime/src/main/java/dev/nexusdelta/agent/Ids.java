package dev.nexusdelta.agent;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Ids for requests and errors: 16 hex digits. Not secret, so that no secure generator is started.
 */
final class Ids implements Supplier<String> {
  @Override
  public String get() {
    String hex = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return "0".repeat(16 - hex.length()) + hex;
  }
}
