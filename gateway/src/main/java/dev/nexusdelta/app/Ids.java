package dev.nexusdelta.app;

import java.util.HexFormat;
import java.util.Random;
import java.util.function.Supplier;

/** Makes request ids. */
final class Ids {
  private Ids() {}

  static Supplier<String> of(Random random) {
    return () -> HexFormat.of().toHexDigits(random.nextLong());
  }
}
