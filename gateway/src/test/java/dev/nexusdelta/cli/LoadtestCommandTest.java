package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadtestCommandTest {
  private static final String SUMMARY =
      """
      {"schema":1,"simulation":"steady","agent":"X","held":true,"windowS":1,
       "calls":{"ok":10,"failed":%d},"phases":[],"tools":[],"windows":[]}
      """;

  @TempDir private Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  private void run(String name, int failed) throws Exception {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve("summary.json"), SUMMARY.formatted(failed));
  }

  @Test
  void comparesRunsByTheirFoldersOrFiles() throws Exception {
    run("a", 0);
    run("b", 2);
    CommandRun.Result same = nexus.run("loadtest", "compare", "a", "b/summary.json");
    assertThat(same.code()).as(same.err()).isZero();
    assertThat(same.out()).contains("failed calls").contains("same");
  }

  @Test
  void endsWithOneIfSomethingIsWorse() throws Exception {
    run("a", 0);
    run("b", 200);
    CommandRun.Result worse = nexus.run("loadtest", "compare", "a", "b", "-o", "json");
    assertThat(worse.code()).isEqualTo(1);
    assertThat(worse.out()).contains("\"verdict\": \"worse\"");
  }

  @Test
  void saysWhatIsNoSummary() throws Exception {
    Files.writeString(folder.resolve("other.json"), "{\"schema\":7}");
    Files.writeString(folder.resolve("broken.json"), "{");
    run("a", 0);
    for (String wrong : new String[] {"other.json", "broken.json", "nowhere"}) {
      CommandRun.Result refused = nexus.run("loadtest", "compare", "a", wrong);
      assertThat(refused.code()).as(wrong).isEqualTo(2);
      assertThat(refused.err()).contains(wrong).contains("try: ");
    }
  }

  @Test
  void namesAllTestsWhereNoneIsCalledThat() {
    CommandRun.Result unknown = nexus.run("loadtest", "spikes");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("'spikes'").contains("losing-a-replica").contains("spike");
  }

  @Test
  void needsTheSources() {
    CommandRun.Result refused = nexus.run("loadtest", "smoke");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("sources").contains("try: ");
  }

  @Test
  void takesSecondsOrMinutes() {
    CommandRun.Result both = nexus.run("loadtest", "smoke", "--seconds", "1", "--minutes", "1");
    assertThat(both.code()).isEqualTo(2);
  }
}
