package dev.nexusdelta.loadtest;

import dev.nexusdelta.loadtest.Tool.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tools of the lab's own agents ({@code loadtest/agents}) with payloads that differ: texts of 20 to
 * 1,300 characters, times within a quarter of what is asked for. Drawn from fixed seeds, so that
 * two runs ask the same.
 */
final class LoadTools {
  static final String LOAD_AGENT = "LoadAgent";
  static final String IDLE_AGENT = "IdleAgent";
  private static final int DIGESTS = 64;
  private static final List<String> WORDS =
      List.of("gateway", "replica", "answer", "Öl", "queue", "knee", "\\\"tail\\\"", "load", "日本");

  private LoadTools() {}

  /** Waits about so long, without using a processor. */
  static Tool waiting(String label, double millis) {
    return new Tool(
        label,
        LOAD_AGENT,
        "wait",
        200,
        drawn(
            random -> {
              String note = words(random);
              long wait = Math.round(millis * (0.75 + random.nextDouble() / 2));
              return new Payload(
                  "{\"millis\":" + wait + ",\"note\":\"" + note + "\"}",
                  "\"characters\":" + note.replace("\\", "").length() + "}");
            }));
  }

  /** Uses a processor for so many rounds of SHA-256, about a microsecond each. */
  static Tool working(int rounds) {
    SplittableRandom random = new SplittableRandom(7);
    List<Payload> known =
        IntStream.range(0, DIGESTS)
            .mapToObj(
                number -> {
                  String text = "text " + random.nextLong();
                  int times = rounds / 2 + random.nextInt(rounds);
                  return new Payload(
                      "{\"text\":\"" + text + "\",\"rounds\":" + times + "}", digest(text, times));
                })
            .toList();
    return Tool.of(LOAD_AGENT, "work", inTurn(known));
  }

  /** Streams some dozens of items, a few milliseconds apart. */
  static Tool streaming() {
    return Tool.of(
        LOAD_AGENT,
        "stream",
        drawn(
            random -> {
              int items = 5 + random.nextInt(40);
              return new Payload(
                  "{\"items\":" + items + ",\"millis\":2,\"text\":\"" + words(random) + "\"}",
                  "{\"end\":{\"items\":" + items + "}}");
            }));
  }

  /** Fails as a tool does, and that is what its callers want. */
  static Tool failing() {
    return new Tool(
        "",
        LOAD_AGENT,
        "fail",
        422,
        drawn(
            random -> {
              String why = "no use: " + random.nextInt(1_000_000);
              return new Payload("{\"why\":\"" + why + "\"}", why);
            }));
  }

  /** Of the agent that runs only while it is called. */
  static Tool shouting() {
    return Tool.of(
        IDLE_AGENT,
        "shout",
        drawn(
            random -> {
              String text = words(random);
              return new Payload(
                  "{\"text\":\"" + text + "\"}",
                  "\"characters\":" + text.replace("\\", "").length() + "}");
            }));
  }

  private static String words(SplittableRandom random) {
    StringBuilder text = new StringBuilder("words");
    int length = 20 << random.nextInt(7);
    while (text.length() < length) {
      text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  private static String digest(String text, int rounds) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < rounds; i++) {
        digest = sha.digest(digest);
      }
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Supplier<Iterator<Payload>> drawn(Function<SplittableRandom, Payload> draw) {
    return () -> {
      SplittableRandom random = new SplittableRandom(42);
      return Stream.generate(() -> draw.apply(random)).iterator();
    };
  }

  /** One after the other, and again. */
  static Supplier<Iterator<Payload>> inTurn(List<Payload> payloads) {
    return () -> Stream.generate(() -> payloads).flatMap(List::stream).iterator();
  }
}
