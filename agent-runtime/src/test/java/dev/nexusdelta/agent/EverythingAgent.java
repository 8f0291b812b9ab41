package dev.nexusdelta.agent;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Every type that a tool may take or give. */
@Agent(name = "Everything", version = "1.2.3")
public final class EverythingAgent {
  /** Colours. */
  public enum Colour {
    RED,
    GREEN,
    BLUE
  }

  /** A record that contains itself. */
  public record Node(String name, List<Node> children) {}

  /** A generic record. */
  public record Page<T>(List<T> items, OptionalInt next) {}

  /** Components with notes. */
  public record Shape(
      @Param(value = "Side in cm", min = 0, max = 100) double side,
      @Param(defaultValue = "RED") Colour colour,
      Optional<String> label,
      @Param(name = "line-width", defaultValue = "1") int lineWidth) {
    /** The record's own check. */
    public Shape {
      if (side == 13) {
        throw new IllegalArgumentException("side 13 brings bad luck: expected another");
      }
    }
  }

  /** Stands for the marker of any nullness library. */
  @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
  @interface Nullable {}

  /** All scalars. */
  public record Scalars(
      int i,
      long l,
      short s,
      byte b,
      float f,
      double d,
      boolean z,
      char c,
      BigInteger big,
      BigDecimal dec,
      Number any,
      String text,
      byte[] bytes,
      UUID uuid,
      URI uri,
      Instant at,
      LocalDate day,
      Duration time) {}

  /** Echoes. */
  @Tool(description = "All scalars")
  public Scalars scalars(Scalars all) {
    return all;
  }

  /** Collections. */
  @Tool(description = "Collections of all kinds", readOnly = true, idempotent = true)
  public Map<String, Object> collections(
      @Param(minItems = 1, maxItems = 3, max = 10) List<Integer> numbers,
      @Param(defaultValue = "[]") Set<String> words,
      @Param(defaultValue = "{}") Map<Colour, List<Double>> byColour,
      @Param(defaultValue = "[]") double[] doubles,
      @Param(defaultValue = "[]") String[][] table,
      @Param(defaultValue = "null") Object anything) {
    return Map.of(
        "sizes",
        List.of(numbers.size(), words.size(), byColour.size(), doubles.length, table.length));
  }

  /** Notes. */
  @Tool(name = "draw", description = "Draws", destructive = true)
  public Shape drawShape(
      Shape shape,
      @Param(value = "Who", minLength = 2, maxLength = 5, pattern = "^[a-z]+$") String author,
      @Nullable String remark,
      @Param(defaultValue = "hello") String greeting) {
    return shape;
  }

  /** Recursion. */
  @Tool
  public Node tree(Node root) {
    return root;
  }

  /** Generics, and a result that comes later. */
  @Tool
  public CompletionStage<Page<Node>> page(Page<Node> page) {
    return java.util.concurrent.CompletableFuture.completedFuture(page);
  }

  /** No parameters, no result. */
  @Tool
  public void nothing() {}
}
