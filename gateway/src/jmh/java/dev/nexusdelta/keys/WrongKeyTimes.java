package dev.nexusdelta.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * How long the check of each of many wrong tokens takes, for {@code loadtest/bench/key-check}:
 * three kinds of them, in an order that is random, so that whatever else the machine does hits all
 * alike. They are wrong ones of many keys: of one there are no more than 63 whose first byte is
 * another one, and where those few lie in the table of keys is chance.
 */
public final class WrongKeyTimes {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int KEYS = 100;
  private static final int SECRET = 43;
  private static final int LENGTH = "nxd_".length() + 12 + "_".length() + SECRET;

  /** A line of the processor's cache. */
  private static final int ROOM = 64;

  /** How a token differs from a right one. */
  private enum Kind {
    /** The key exists, the secret's first byte is another one. */
    FIRST,
    /** The key exists, the secret's last byte is another one. */
    LAST,
    /** No key has that id. */
    UNKNOWN
  }

  private record Wrong(Kind kind, String token) {}

  private final Random random;
  private final List<KeyToken> right = new ArrayList<>();
  private final KeyRing ring;

  private WrongKeyTimes(long seed) {
    random = new Random(seed);
    List<ApiKey> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      KeyToken token = KeyToken.fresh(random);
      right.add(token);
      keys.add(key("key" + i, token));
    }
    ring = new KeyRing(keys);
  }

  /**
   * Prints a line for each check: kind, and nanoseconds.
   *
   * @param args the seed, how many checks, how many before that only warm up, the file
   */
  public static void main(String[] args) throws IOException {
    WrongKeyTimes times = new WrongKeyTimes(Long.parseLong(args[0]));
    List<Wrong> warmUp = times.tokens(Integer.parseInt(args[2]));
    List<Wrong> measured = times.tokens(Integer.parseInt(args[1]));
    times.check(warmUp);
    long[] nanos = times.check(measured);
    try (PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[3])))) {
      for (int i = 0; i < nanos.length; i++) {
        out.println(measured.get(i).kind() + " " + nanos[i]);
      }
    }
  }

  private static ApiKey key(String name, KeyToken token) {
    KeyWish wish =
        new KeyWish(name, Scopes.of(List.of("read")), Optional.empty(), Optional.empty());
    return wish.as(token, Instant.EPOCH, "bench");
  }

  private List<Wrong> tokens(int count) {
    List<Wrong> tokens = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Kind kind = Kind.values()[i % 3];
      tokens.add(new Wrong(kind, token(kind)));
    }
    Collections.shuffle(tokens, random);
    return tokens;
  }

  private String token(Kind kind) {
    String text = right.get(random.nextInt(KEYS)).reveal();
    return switch (kind) {
      case FIRST -> changed(text, text.length() - SECRET);
      case LAST -> changed(text, text.length() - 1);
      case UNKNOWN ->
          KeyToken.fresh(random).reveal().substring(0, text.length() - SECRET)
              + text.substring(text.length() - SECRET);
    };
  }

  private String changed(String text, int at) {
    char other = text.charAt(at);
    while (other == text.charAt(at)) {
      other = LETTERS.charAt(random.nextInt(LETTERS.length()));
    }
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private long[] check(List<Wrong> tokens) {
    byte[] texts = inARow(tokens);
    long[] nanos = new long[tokens.size()];
    for (int i = 0; i < nanos.length; i++) {
      String token = new String(texts, i * ROOM, LENGTH, StandardCharsets.ISO_8859_1);
      long began = System.nanoTime();
      KeyRing.Verdict verdict = ring.check(token, Instant.EPOCH);
      nanos[i] = System.nanoTime() - began;
      if (verdict.key().isPresent()) {
        throw new IllegalStateException("a wrong token was taken for a right one");
      }
    }
    return nanos;
  }

  /** All in the order in which they are read: where one lies does not depend on its kind then. */
  private static byte[] inARow(List<Wrong> tokens) {
    byte[] texts = new byte[tokens.size() * ROOM];
    for (int i = 0; i < tokens.size(); i++) {
      byte[] text = tokens.get(i).token().getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(text, 0, texts, i * ROOM, LENGTH);
    }
    return texts;
  }
}
