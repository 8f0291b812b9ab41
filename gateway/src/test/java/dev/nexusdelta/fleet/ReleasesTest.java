package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReleasesTest {
  private static final Manifest MANIFEST =
      Specs.manifest("Math", new Run.Command("a"), Duration.ofSeconds(1));

  private static Manifest with(
      String version, String description, Map<String, String> env, OptionalLong memory) {
    return new Manifest(
        MANIFEST.name(),
        version,
        description,
        MANIFEST.category(),
        MANIFEST.model(),
        MANIFEST.capabilities(),
        MANIFEST.run(),
        MANIFEST.port(),
        env,
        MANIFEST.secrets(),
        new Manifest.Resources(memory, OptionalDouble.empty()),
        MANIFEST.health(),
        MANIFEST.limits(),
        MANIFEST.balance(),
        MANIFEST.scale(),
        MANIFEST.tools(),
        MANIFEST.expose(),
        MANIFEST.allowedLiterals());
  }

  private static String id(Manifest manifest) {
    return Releases.id(manifest, "code", 0);
  }

  @Test
  void isTwelveHexDigitsAndStable() {
    assertThat(id(MANIFEST)).matches("[0-9a-f]{12}").isEqualTo(id(MANIFEST));
  }

  @Test
  void whatReplicasCannotSeeMakesNoOtherRelease() {
    assertThat(id(with("1.0.0", "other words", Map.of(), OptionalLong.empty())))
        .isEqualTo(id(MANIFEST));
  }

  @Test
  void whatReplicasSeeMakesAnother() {
    assertThat(
            java.util.stream.Stream.of(
                id(MANIFEST),
                id(with("1.0.1", "", Map.of(), OptionalLong.empty())),
                id(with("1.0.0", "", Map.of("A", "b"), OptionalLong.empty())),
                id(with("1.0.0", "", Map.of(), OptionalLong.of(7))),
                id(Specs.manifest("Math", new Run.Command("b"), Duration.ofSeconds(1))),
                id(image()),
                id(image(new Run.Volume("data", "/data", false))),
                id(image(new Run.Volume("data", "/data", true))),
                Releases.id(MANIFEST, "other code", 0),
                Releases.id(MANIFEST, "code", 1)))
        .doesNotHaveDuplicates();
  }

  @Test
  void theOrderOfTheEnvironmentDoesNotMatter() {
    Map<String, String> one = new java.util.LinkedHashMap<>();
    one.put("A", "1");
    one.put("B", "2");
    Map<String, String> two = new java.util.LinkedHashMap<>();
    two.put("B", "2");
    two.put("A", "1");
    assertThat(id(with("1", "", one, OptionalLong.empty())))
        .isEqualTo(id(with("1", "", two, OptionalLong.empty())));
  }

  @Test
  void aReleaseCarriesWhatItsSpecSays() {
    AgentSpec spec = Specs.spec(MANIFEST);
    assertThat(Releases.of(spec, Instant.EPOCH).codeHash()).isEqualTo("c0");
    assertThat(Releases.unknown(new AgentName("x"), "abc").id()).isEqualTo("abc");
  }

  @Test
  void theCountIsByHandElseByLoadElseTheLeast() {
    AgentSpec spec = Specs.spec(MANIFEST);
    assertThat(Wanted.count(spec, OptionalInt.empty())).isEqualTo(1);
    assertThat(Wanted.count(Specs.pinned(spec, 4), OptionalInt.of(9))).isEqualTo(4);
    assertThat(Wanted.count(Specs.pinned(spec, 0), OptionalInt.empty())).isZero();
    assertThat(Wanted.count(Specs.enabled(spec, false), OptionalInt.empty())).isZero();
    assertThat(Wanted.count(Specs.deleted(spec), OptionalInt.empty())).isZero();
    AgentSpec scaled = Specs.spec(scaled(0, 3));
    assertThat(Wanted.count(scaled, OptionalInt.empty())).isEqualTo(1);
    assertThat(Wanted.count(scaled, OptionalInt.of(2))).isEqualTo(2);
    assertThat(Wanted.count(scaled, OptionalInt.of(7))).isEqualTo(3);
    assertThat(Wanted.count(Specs.spec(scaled(2, 3)), OptionalInt.empty())).isEqualTo(2);
  }

  private static Manifest image(Run.Volume... volumes) {
    return Specs.manifest(
        "Math", new Run.Image("a", 80, java.util.List.of(volumes)), Duration.ofSeconds(1));
  }

  private static Manifest scaled(int min, int max) {
    return new Manifest(
        MANIFEST.name(),
        MANIFEST.version(),
        "",
        "",
        "",
        MANIFEST.capabilities(),
        MANIFEST.run(),
        MANIFEST.port(),
        MANIFEST.env(),
        MANIFEST.secrets(),
        MANIFEST.resources(),
        MANIFEST.health(),
        MANIFEST.limits(),
        MANIFEST.balance(),
        Optional.of(
            new Manifest.Scale(
                min, max, OptionalDouble.of(5), OptionalDouble.empty(), Duration.ofSeconds(60))),
        MANIFEST.tools(),
        MANIFEST.expose(),
        MANIFEST.allowedLiterals());
  }
}
