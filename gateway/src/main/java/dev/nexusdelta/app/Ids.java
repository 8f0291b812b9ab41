package dev.nexusdelta.app;

import java.util.HexFormat;
import java.util.Random;
import java.util.function.Supplier;

/** Makes request ids. */
final class Ids {
  private Ids() {}

  /** A name for this run of a gateway that no other run has. */
  static String run(String gateway, Surroundings world) {
    return gateway + '/' + HexFormat.of().toHexDigits(world.random().nextLong());
  }

  static Supplier<String> of(Random random) {
    return () -> HexFormat.of().toHexDigits(random.nextLong());
  }
}
