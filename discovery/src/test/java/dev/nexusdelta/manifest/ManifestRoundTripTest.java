package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.Manifest.ToolDeclaration;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is written is read back equal, for manifests drawn at random. */
class ManifestRoundTripTest {
  private static final String[] TEXTS = {
    "", "plain", "null", "true", "1.0", "~", "a: b", "# no comment", "- x", "'q' \"d\" \\ / {}[]",
    "émoji 😀 и ещё", "line\nbreak", "yes", "0x1F", "&a *b !c", "%", "@", "a\u2028b", "=", "<<"
  };

  private final Random random = new Random(42);

  @Test
  void readsBackWhatItWrote() {
    for (int i = 0; i < 500; i++) {
      Manifest manifest = manifest();
      String json = ManifestWriter.write(manifest).encode();
      assertThat(ManifestReader.readJson(json)).as(json).isEqualTo(new ManifestResult.Ok(manifest));
      String pretty = ManifestWriter.write(manifest).encodePrettily();
      assertThat(ManifestReader.read(pretty)).isEqualTo(new ManifestResult.Ok(manifest));
    }
  }

  @Test
  void equalManifestsGiveEqualText() {
    Manifest one = ManifestReaderTest.ok("name: A\nrun: {command: x}\nenv: {B: 1, A: 2, C: 3}");
    Manifest two = ManifestReaderTest.ok("env: {C: 3, A: 2, B: 1}\nrun: {command: x}\nname: A");
    assertThat(ManifestWriter.write(one).encode()).isEqualTo(ManifestWriter.write(two).encode());
  }

  private Manifest manifest() {
    Optional<Manifest.Scale> scale =
        maybe(
            () -> {
              int min = random.nextInt(5);
              return new Manifest.Scale(
                  min,
                  Math.max(1, min + random.nextInt(5)),
                  number(),
                  number(),
                  Duration.ofSeconds(1 + random.nextInt(1000)));
            });
    return new Manifest(
        new AgentName("A" + random.nextInt(1000)),
        "1." + random.nextInt(10),
        text(),
        line(),
        line(),
        capabilities(),
        run(),
        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(65535)),
        env(),
        random.nextBoolean() ? List.of() : List.of("S_1", "true", "null"),
        new Manifest.Resources(
            random.nextBoolean()
                ? OptionalLong.empty()
                : OptionalLong.of((8L << 20) + random.nextInt(1 << 30)),
            number()),
        new Manifest.Health("/h" + random.nextInt(9), duration(), duration(), duration()),
        new Manifest.Limits(
            duration(), duration(), 1 + random.nextInt(99), random.nextInt(99), 1L << 20),
        List.of(
                Manifest.Balance.ROUND_ROBIN,
                Manifest.Balance.LEAST_REQUESTS,
                Manifest.Balance.CONSISTENT_HASH,
                new Manifest.Balance(Manifest.Balance.Policy.CONSISTENT_HASH, "X-User"))
            .get(random.nextInt(4)),
        scale,
        tools(),
        random.nextBoolean() ? List.of() : List.of("/", "GET /a/b/*", "/docs"),
        random.nextBoolean() ? List.of() : List.of("API_KEY"));
  }

  private Run run() {
    return switch (random.nextInt(4)) {
      case 0 ->
          new Run.Java("My Agent.java", random.nextBoolean() ? List.of() : List.of("l/*.jar"));
      case 1 -> new Run.Command("sh -c \"echo '${PORT}' # " + random.nextInt() + "\"");
      case 2 ->
          new Run.Image("a/b:1@sha256:" + "0a".repeat(32), 1 + random.nextInt(65535), volumes());
      default -> new Run.Url(List.of(URI.create("http://h:" + (1 + random.nextInt(9999)))));
    };
  }

  private List<Run.Volume> volumes() {
    List<Run.Volume> volumes = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      volumes.add(new Run.Volume("v-" + random.nextInt(9), "/data/" + i, random.nextBoolean()));
    }
    return volumes;
  }

  private List<ToolDeclaration> tools() {
    List<ToolDeclaration> tools = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      boolean readOnly = random.nextBoolean();
      tools.add(
          new ToolDeclaration(
              "tool_" + i,
              text(),
              maybe(this::schema),
              maybe(this::schema),
              readOnly,
              random.nextBoolean(),
              !readOnly,
              maybe(this::duration),
              random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(7)));
    }
    return tools;
  }

  private String schema() {
    return new JsonObject()
        .put("type", "object")
        .put("title", TEXTS[random.nextInt(TEXTS.length)])
        .put("default", random.nextBoolean() ? null : (Object) random.nextGaussian())
        .put("maximum", random.nextLong())
        .put("minimum", random.nextDouble() * 1e-20)
        .put("nested", new JsonObject().put("a b", List.of(1, "x", true, new JsonObject())))
        .encode();
  }

  private Map<String, String> env() {
    Map<String, String> env = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      env.put("V" + i, TEXTS[random.nextInt(TEXTS.length)]);
    }
    return env;
  }

  private List<String> capabilities() {
    return random.nextBoolean() ? List.of() : List.of("true", "a b", "1.0", "null", "ü");
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private String line() {
    return text().replace('\n', ' ');
  }

  private Duration duration() {
    return Duration.ofMillis(10 + random.nextInt(random.nextBoolean() ? 2000 : 86_399_990));
  }

  private OptionalDouble number() {
    return random.nextBoolean()
        ? OptionalDouble.empty()
        : OptionalDouble.of(random.nextBoolean() ? 1 + random.nextInt(9) : random.nextDouble() + 1);
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }
}
