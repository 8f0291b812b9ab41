package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestPatchTest {
  private final Manifest manifest =
      ManifestReaderTest.ok(
          """
          name: A
          run: {java: A.java, classpath: [x.jar]}
          env: {A: a, B: b}
          tools: [{name: t, timeout: 1s}, u]
          port: 8081
          """);

  private Manifest patched(String patch) {
    return patched(manifest, patch);
  }

  private static Manifest patched(Manifest manifest, String patch) {
    return ManifestPatch.apply(manifest, new JsonObject(patch))
        .fold(
            it -> it,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  @Test
  void mergesMappingsAndRemovesNulls() {
    Manifest patched =
        patched("{\"env\":{\"A\":null,\"C\":\"c\"},\"port\":null,\"version\":\"2\"}");
    assertThat(patched.env()).containsOnlyKeys("B", "C");
    assertThat(patched.port()).isEmpty();
    assertThat(patched.version()).isEqualTo("2");
    assertThat(patched.run()).isEqualTo(manifest.run());
  }

  @Test
  void anEmptyPatchChangesNothing() {
    assertThat(patched("{}")).isEqualTo(manifest);
  }

  @Test
  void anotherWayToRunReplacesTheOldOne() {
    assertThat(patched("{\"run\":{\"command\":\"x\"}}").run()).isEqualTo(new Run.Command("x"));
    assertThat(patched("{\"run\":{\"java\":\"B.java\"}}").run())
        .isEqualTo(new Run.Java("B.java", List.of("x.jar")));
  }

  @Test
  void volumesAreReplacedAsAWholeAndGoWithTheirImage() {
    String image = "{\"run\":{\"image\":\"a\",\"volumes\":[{\"name\":\"v1\",\"path\":\"/d\"}]}}";
    Manifest boxed = patched(image);
    assertThat(boxed.run())
        .isEqualTo(new Run.Image("a", 8000, List.of(new Run.Volume("v1", "/d", false))));
    String other = "{\"run\":{\"volumes\":[{\"name\":\"v2\",\"path\":\"/d\"}]}}";
    assertThat(patched(boxed, other).run())
        .isEqualTo(new Run.Image("a", 8000, List.of(new Run.Volume("v2", "/d", false))));
    assertThat(patched(boxed, "{\"run\":{\"command\":\"x\"}}").run())
        .isEqualTo(new Run.Command("x"));
  }

  @Test
  void patchesToolsByName() {
    Manifest patched = patched("{\"tools\":{\"t\":{\"timeout\":\"5s\"},\"u\":null}}");
    assertThat(patched.tools()).hasSize(1);
    assertThat(patched.tools().get(0).timeout()).contains(Duration.ofSeconds(5));
  }

  @Test
  void refusesLikeTheReaderButWithoutLines() {
    List<ManifestFault> faults =
        ManifestPatch.apply(
                manifest, new JsonObject("{\"prot\":1,\"limits\":{\"queue\":-1},\"name\":\"A\"}"))
            .fold(it -> List.of(), it -> it);
    assertThat(faults)
        .extracting(ManifestFault::pointer)
        .containsExactlyInAnyOrder("/prot", "/limits/queue");
    assertThat(faults).allMatch(fault -> fault.line() == 0);
  }

  @Test
  void keepsTheName() {
    assertThat(ManifestPatch.apply(manifest, new JsonObject("{\"name\":\"B\"}")))
        .isInstanceOf(ManifestResult.Invalid.class);
    assertThat(patched("{\"name\":\"a\"}").name().value()).isEqualTo("a");
  }
}
