package dev.nexusdelta.folders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.folders.FolderReading.AgentFolder;
import dev.nexusdelta.folders.FolderReading.Faulty;
import dev.nexusdelta.folders.FolderReading.Skipped;
import dev.nexusdelta.manifest.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentFoldersTest {
  @TempDir Path root;
  private AgentFolders folders;

  @BeforeEach
  void open() {
    folders = new AgentFolders(root);
  }

  private void write(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private AgentFolder agent(String name) {
    return folders
        .read(new AgentName(name))
        .orElseThrow()
        .fold(
            it -> it,
            it -> {
              throw new AssertionError(it.lines());
            },
            it -> {
              throw new AssertionError(it.reason());
            });
  }

  private String codeHashAfter(String path, String content) {
    write(path, content);
    return agent("A").codeHash();
  }

  @Test
  void readsAnAgent() {
    write("a/agent.yaml", "name: A\nrun: {java: A.java}");
    write("a/A.java", "class A {}");
    AgentFolder agent = agent("A");
    assertThat(agent.key()).isEqualTo("a");
    assertThat(agent.manifest().name().value()).isEqualTo("A");
    assertThat(agent.path()).isEqualTo(root.resolve("a"));
    assertThat(agent.fileHash()).matches("[0-9a-f]{64}");
    assertThat(agent.codeHash())
        .matches("[0-9a-f]{64}")
        .isEqualTo(folders.codeHash(agent.manifest()));
  }

  @Test
  void oneBadFolderNeverHidesTheOthers() throws IOException {
    write("good/agent.yaml", "name: Good\nrun: {url: 'http://h:1'}");
    write("bad/agent.yaml", "name: Bad\nrun: {jaava: x}\nport: x");
    write("other/agent.yaml", "name: Another\nrun: {command: x}");
    write("Upper/agent.yaml", "name: Upper\nrun: {command: x}");
    write("short/agent.yml", "name: Short\nrun: {command: x}");
    write("no-agent/readme.txt", "");
    write(".hidden/agent.yaml", "name: Hidden");
    write("pom.xml", "");
    Files.createDirectories(root.resolve("folder/agent.yaml"));
    Files.write(
        Files.createDirectories(root.resolve("latin")).resolve("agent.yaml"),
        new byte[] {'n', (byte) 0xe4});
    write("big/agent.yaml", "#" + "x".repeat(2 << 20));

    List<String> seen =
        folders.list().stream()
            .map(
                reading ->
                    reading.fold(
                        agent -> "agent " + agent.key(),
                        faulty -> "faulty " + faulty.key() + " " + faulty.faults().size(),
                        skipped -> "skipped " + skipped.key()))
            .toList();
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "skipped Upper",
            "faulty bad 3",
            "faulty big 1",
            "skipped folder",
            "agent good",
            "faulty latin 1",
            "faulty other 1",
            "skipped short");
    Faulty bad =
        folders
            .read(new AgentName("bad"))
            .orElseThrow()
            .fold(it -> null, it -> it, (Skipped it) -> null);
    assertThat(bad).isNotNull();
    assertThat(bad.lines().get(0)).startsWith(root.resolve("bad/agent.yaml") + ":2:");
  }

  @Test
  void aFolderWithoutManifestIsNoAgent() {
    assertThat(folders.read(new AgentName("none"))).isEqualTo(Optional.empty());
    assertThat(new AgentFolders(root.resolve("none")).list()).isEmpty();
  }

  @Test
  void codeOfAJavaAgentIsItsFileAndJars() {
    write("a/agent.yaml", "name: A\nrun: {java: A.java}");
    String none = agent("A").codeHash();
    String file = codeHashAfter("a/A.java", "1");
    String changed = codeHashAfter("a/A.java", "2");
    String jar = codeHashAfter("a/lib/x.jar", "1");
    assertThat(List.of(none, file, changed, jar)).doesNotHaveDuplicates();
    assertThat(codeHashAfter("a/notes.txt", "x")).isEqualTo(jar);
    assertThat(codeHashAfter("a/lib/x.txt", "x")).isEqualTo(jar);
    assertThat(codeHashAfter("a/A.java", "1")).isNotEqualTo(jar);
    assertThat(codeHashAfter("a/A.java", "2")).isEqualTo(jar);
  }

  @Test
  void codeOfACommandIsTheFilesBesideTheManifest() {
    write("a/agent.yaml", "name: A\nrun: {command: python3 x.py}");
    write("a/x.py", "1");
    String first = agent("A").codeHash();
    assertThat(codeHashAfter("a/out.log", "x")).isEqualTo(first);
    assertThat(codeHashAfter("a/.cache", "x")).isEqualTo(first);
    assertThat(codeHashAfter("a/data/x", "x")).isEqualTo(first);
    assertThat(codeHashAfter("a/agent.yaml", "name: A\nrun: {command: python3 y.py}"))
        .isEqualTo(first);
    assertThat(codeHashAfter("a/y.py", "1")).isNotEqualTo(first);
  }
}
