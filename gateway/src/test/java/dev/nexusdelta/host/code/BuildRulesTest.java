package dev.nexusdelta.host.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small rules around builds: environment, secrets, builds of another JDK. */
final class BuildRulesTest {
  @TempDir Path root;

  @Test
  void missingReferencesNameTheVariableAndWhatItWants() {
    assertThatThrownBy(() -> environment(Map.of("A", "${env:NOT_THERE}"), List.of()))
        .hasMessageContaining("env A")
        .hasMessageContaining("NOT_THERE");
    assertThatThrownBy(() -> environment(Map.of("A", "${file:gone.txt}"), List.of()))
        .hasMessageContaining("env A")
        .hasMessageContaining("gone.txt");
  }

  @Test
  void aBrokenSecretsFileIsNotQuoted() throws IOException {
    Files.writeString(root.resolve("secrets.json"), "{\"a\": {\"KEY\": \"hush-hush");

    assertThatThrownBy(() -> environment(Map.of(), List.of("KEY")))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("secrets.json")
        .hasMessageNotContaining("hush")
        .hasNoCause();
  }

  @Test
  void secretsOfTheFileWinOverTheEnvironment() throws Exception {
    assertThat(environment(Map.of(), List.of("FROM_ENV"))).containsEntry("FROM_ENV", "env value");
    Files.writeString(root.resolve("secrets.json"), "{\"a\":{\"FROM_ENV\":\"file value\"}}");

    assertThat(environment(Map.of(), List.of("FROM_ENV"))).containsEntry("FROM_ENV", "file value");
  }

  @Test
  void whatTheContractGivesCannotBeOverridden() throws Exception {
    assertThat(environment(Map.of("PORT", "1", "B", "$5 \\ {x}"), List.of()))
        .containsEntry("PORT", "8081")
        .containsEntry("B", "$5 \\ {x}")
        .containsKey("PATH");
  }

  @Test
  void aBuildByANewerJdkIsNoBuild() throws Exception {
    Release release = TestAgents.release("A", "r1", new Run.Command("true"));
    Path home = Files.createDirectories(root.resolve("builds/a/r1"));
    Files.writeString(
        home.resolve("build.json"),
        new Build(root, java.util.Optional.of("A"), List.of(home.resolve("agent.jar")), 25)
            .toJson(home));
    JavaHome java = JavaHome.of(Path.of(System.getProperty("java.home")));
    Compiler compiler = new Compiler(java, 1, root.resolve("log"), () -> 0);

    Builds today = new Builds(root.resolve("builds"), compiler, 17, List.of(), (f, m) -> "");
    Builds later = new Builds(root.resolve("builds"), compiler, 25, List.of(), (f, m) -> "");

    assertThat(today.find(release.agent(), "r1")).isEmpty();
    assertThat(later.find(release.agent(), "r1"))
        .get()
        .extracting(Build::jars)
        .isEqualTo(List.of(home.resolve("agent.jar")));
  }

  @Test
  void halfMadeBuildsOfTheDeadAreDeleted() throws Exception {
    Path whole = Files.createDirectories(root.resolve("builds/a/r1"));
    Path half = Files.createDirectories(root.resolve("builds/a/.new-123/lib"));
    JavaHome java = JavaHome.of(Path.of(System.getProperty("java.home")));
    Compiler compiler = new Compiler(java, 1, root.resolve("log"), () -> 0);

    new Builds(root.resolve("builds"), compiler, 17, List.of(), (f, m) -> "").deleteHalfMade();

    assertThat(whole).exists();
    assertThat(half.getParent()).doesNotExist();
  }

  @Test
  void codeThatChangedWhileItWasBuiltIsNotKept() throws Exception {
    Files.write(root.resolve("a.jar"), jarWithMainClass());
    Release release = TestAgents.release("A", "r1", new Run.Java("a.jar", List.of()));
    JavaHome java = JavaHome.of(Path.of(System.getProperty("java.home")));
    Compiler compiler = new Compiler(java, 1, root.resolve("log"), () -> 0);
    String[] hash = {"newer than the release's"};
    Builds builds =
        new Builds(root.resolve("builds"), compiler, 17, List.of(root), (f, m) -> hash[0]);

    assertThatThrownBy(() -> builds.prepare(release, root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not (any more) that of release r1");
    Files.delete(root.resolve("a.jar"));
    assertThatThrownBy(() -> builds.prepare(release, root)).isInstanceOf(IOException.class);
    assertThat(root.resolve("builds/a")).isEmptyDirectory();

    hash[0] = release.codeHash();
    assertThatThrownBy(() -> builds.prepare(release, root))
        .isInstanceOf(BuildFailedException.class);
    Files.write(root.resolve("a.jar"), jarWithMainClass());
    assertThat(builds.prepare(release, root).mainClass()).contains("Main");
  }

  private static byte[] jarWithMainClass() throws IOException {
    var manifest = new java.util.jar.Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Main");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return bytes.toByteArray();
  }

  private Map<String, String> environment(Map<String, String> env, List<String> secrets)
      throws StartFailedException {
    Manifest manifest =
        TestAgents.release("A", "r1", new Run.Command("x"), OptionalInt.empty(), env, secrets)
            .manifest();
    return new AgentEnvironment(
            Map.of("FROM_ENV", "env value"), new Secrets(root.resolve("secrets.json")))
        .of(manifest, root, Map.of("PORT", "8081"));
  }
}
