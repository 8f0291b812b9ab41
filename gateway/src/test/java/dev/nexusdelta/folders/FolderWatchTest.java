package dev.nexusdelta.folders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderWatchTest {
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path folder;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // every test starts it
  private FolderWatch watch;

  @AfterEach
  void close() {
    watch.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("nexus-folders"));
  }

  private Path root() {
    return folder.resolve("agents");
  }

  private void write(String path, String content) throws IOException {
    Path file = root().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void start(Duration rescan) throws IOException {
    watch = new AgentFolders(root()).watch(told::add, rescan, System::nanoTime);
  }

  private void expect(String key) throws InterruptedException {
    String next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next).isEqualTo(key);
  }

  /** Calls for {@code key} may come more than once before {@code other} does. */
  private void expectAfter(String key, String other) throws InterruptedException {
    String next = told.poll(20, TimeUnit.SECONDS);
    while (key.equals(next)) {
      next = told.poll(20, TimeUnit.SECONDS);
    }
    assertThat(next).isEqualTo(other);
  }

  @Test
  void tellsChangesOfFiles() throws Exception {
    write("a/agent.yaml", "1");
    write("a/lib/x.jar", "1");
    write("b/agent.yaml", "1");
    start(NEVER);
    write("a/agent.yaml", "2");
    expect("a");
    write("b/agent.yaml", "2");
    expectAfter("a", "b");
    write("a/lib/x.jar", "2");
    expectAfter("b", "a");
  }

  @Test
  void tellsNewFoldersAndFilesInThem() throws Exception {
    write("a/agent.yaml", "1");
    start(NEVER);
    write("b/agent.yaml", "1");
    expect("b");
    write("a/sub/deep/x", "1");
    expectAfter("b", "a");
    write("b/agent.yaml", "2");
    expectAfter("a", "b");
    write("a/sub/deep/x", "22");
    expectAfter("b", "a");
  }

  @Test
  void tellsThatFoldersVanishAndChangeTheirNames() throws Exception {
    write("a/agent.yaml", "1");
    start(NEVER);
    Files.move(root().resolve("a"), root().resolve("b"));
    expect("a");
    expect("b");
    write("b/agent.yaml", "2");
    expect("b");
    Files.delete(root().resolve("b/agent.yaml"));
    Files.delete(root().resolve("b"));
    expect("b");
  }

  @Test
  void gathersWhatBelongsTogether() throws Exception {
    write("a/agent.yaml", "1");
    write("b/agent.yaml", "1");
    start(NEVER);
    for (int i = 0; i < 20; i++) {
      write("a/.agent.yaml.new", "x" + i);
      Files.move(
          root().resolve("a/.agent.yaml.new"),
          root().resolve("a/agent.yaml"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    write("b/agent.yaml", "2");
    int calls = 0;
    for (String next = told.poll(20, TimeUnit.SECONDS);
        "a".equals(next);
        next = told.poll(20, TimeUnit.SECONDS)) {
      calls++;
    }
    assertThat(calls).isBetween(1, 5);
  }

  @Test
  void heedsNoLogsAndNothingBesideTheFolders() throws Exception {
    write("a/agent.yaml", "1");
    start(NEVER);
    write("a/out.log", "1");
    write("a/.swp", "1");
    write("pom.xml", "1");
    write("Upper/agent.yaml", "1");
    write("b/agent.yaml", "1");
    expect("b");
  }

  @Test
  void findsByLookingWhatNobodyNoticed() throws Exception {
    // No root yet: there is nothing that could give notices.
    start(Duration.ofMillis(20));
    write("a/agent.yaml", "1");
    expect("a");
    write("b/agent.yaml", "1");
    expectAfter("a", "b");
    write("a/agent.yaml", "2");
    expectAfter("b", "a");
  }

  @Test
  void aBadListenerDoesNotEndIt() throws Exception {
    write("a/agent.yaml", "1");
    watch =
        new AgentFolders(root())
            .watch(
                key -> {
                  told.add(key);
                  throw new IllegalStateException("expected in this test");
                },
                NEVER,
                System::nanoTime);
    write("a/agent.yaml", "2");
    expect("a");
    write("b/agent.yaml", "2");
    expectAfter("a", "b");
  }
}
