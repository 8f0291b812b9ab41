package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.RegistryAtRest;
import dev.nexusdelta.backup.Backups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a gateway on the data folder, unless the test says otherwise. */
class BackupCommandTest {
  @TempDir Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    nexus = new CommandRun(folder);
    Files.writeString(folder.resolve("first.json"), Backups.text());
  }

  private CommandRun.Result well(String... arguments) {
    CommandRun.Result result = nexus.run(arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  /** What is the place's own: times, authors, revisions. */
  private static String essence(String document) {
    return document
        .replaceAll("\"(taken|updated|by|gateway)\":\"[^\"]*\"", "\"$1\":\"\"")
        .replaceAll("\"revision\":[0-9]+", "\"revision\":0");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void restoresIntoAnEmptyFolderAndBacksUpTheSame() throws IOException {
    CommandRun.Result restored = well("restore", "first.json");
    assertThat(restored.out())
        .containsPattern("AGENT +ACTION +WHAT +RESULT")
        .containsPattern("Echo +create +- +done")
        .containsPattern("Gone +tombstone +- +done");
    assertThat(restored.err())
        .contains("1 created, 0 changed, 0 same, 0 deleted, 1 known as deleted; backup of gateway")
        .contains("the agents run with the next gateway: nexus up");
    CommandRun.Result saved = well("backup", "second.json");
    assertThat(saved.out()).contains("second.json: 1 agent and 1 known as deleted");
    assertThat(saved.err()).contains("not in it: secrets", "the agents' code (the folder agents)");
    assertThat(essence(Files.readString(folder.resolve("second.json"))))
        .isEqualTo(essence(Backups.text()));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("second.json"))))
        .isEqualTo("rw-------");
    assertThat(files()).containsExactly(".nexus", "first.json", "second.json");
    CommandRun.Result again = well("restore", "second.json");
    assertThat(again.out())
        .containsPattern("Echo +same +- +-\n")
        .containsPattern("Gone +same +- +-\n");
    assertThat(again.err()).contains("nothing to do: 0 created, 0 changed, 2 same, 0 deleted");
    assertThat(well("backup", "-").out()).startsWith("{\"kind\":\"nexus-backup\"").endsWith("]}\n");
  }

  @Test
  void aDryRunMakesNothing() throws IOException {
    CommandRun.Result planned = well("restore", "first.json", "--dry-run");
    assertThat(planned.out()).containsPattern("Echo +create").doesNotContain("RESULT");
    assertThat(planned.err()).contains("would be: 1 created", "nothing was changed (--dry-run)");
    assertThat(files()).containsExactly("first.json");
    well("restore", "first.json");
    Files.writeString(
        folder.resolve("first.json"), Backups.text().replace("\"max\":3", "\"max\":4"));
    assertThat(well("restore", "first.json", "--dry-run").out())
        .containsPattern("Echo +change +scale\n");
    assertThat(well("restore", "first.json").out()).containsPattern("Echo +change +scale +done");
  }

  @Test
  void prunesAndTellsWhatStays() throws IOException {
    well("restore", "first.json");
    String others = Backups.text().replace("Echo", "Alpha");
    CommandRun.Result kept = nexus.in(others).run("restore", "-", "-o", "json");
    assertThat(kept.code()).isZero();
    assertThat(kept.out()).startsWith("{").contains("\"kept\": [").contains("\"Echo\"");
    assertThat(kept.err()).contains("not in the backup, and stay (--prune deletes them): Echo");
    assertThat(nexus.in(others).run("restore", "-", "--prune").out())
        .containsPattern("Alpha +same +- +-\n")
        .containsPattern("Echo +delete +- +done");
    String now = well("backup", "-").out();
    assertThat(now.lines().filter(line -> line.contains("\"deleted\":true"))).hasSize(2);
  }

  @Test
  void overwritesOnlyWhenTold() throws IOException {
    well("restore", "first.json");
    CommandRun.Result refused = nexus.run("backup", "first.json");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("error: first.json exists already", "try: another name, or nexus backup");
    assertThat(Files.readString(folder.resolve("first.json"))).isEqualTo(Backups.text());
    well("backup", "first.json", "--force", "-o", "json");
    assertThat(Files.readString(folder.resolve("first.json"))).isNotEqualTo(Backups.text());
    assertThat(nexus.run("backup", ".").code()).isEqualTo(4);
  }

  @Test
  void errorsTeach() throws IOException {
    CommandRun.Result missing = nexus.run("restore", "none.json");
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.err()).contains("there is no file none.json", "try: nexus backup FILE");
    Files.writeString(folder.resolve("cut.json"), Backups.text().substring(0, 200));
    CommandRun.Result cut = nexus.run("restore", "cut.json");
    assertThat(cut.code()).isEqualTo(5);
    assertThat(cut.err()).contains("cut.json: is truncated", "try: another backup");
    Files.writeString(folder.resolve("token"), "sesame-opens");
    CommandRun.Result other = nexus.run("restore", "token");
    assertThat(other.code()).isEqualTo(5);
    assertThat(other.err()).contains("token: is no backup").doesNotContain("sesame");
    Files.writeString(
        folder.resolve("bad.json"), Backups.text().replace("\"max\":3", "\"max\":-1"));
    assertThat(nexus.run("restore", "bad.json").err())
        .contains("bad.json: agent 'Echo', /agents/0/manifest/scale/max");
    assertThat(nexus.run("restore").code()).isEqualTo(2);
    assertThat(files()).doesNotContain(".nexus");
    CommandRun.Result none = nexus.run("backup", "new.json");
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("there is no registry in the data folder .nexus");
    well("restore", "first.json");
    CommandRun.Result nowhere = nexus.run("backup", "no/such/folder.json");
    assertThat(nowhere.code()).isEqualTo(1);
    assertThat(nowhere.err()).contains("cannot write no/such/folder.json: NoSuchFile");
  }

  @Test
  void aFolderThatIsTakenIsLeftAlone() throws IOException {
    try (RegistryAtRest taken = RegistryAtRest.open(folder.resolve(".nexus"))) {
      CommandRun.Result refused = nexus.run("restore", "first.json");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("is in use by another gateway", "try: ");
      assertThat(taken.backup().entries()).isEmpty();
    }
  }

  @Test
  void aFolderThatOthersShareIsReadButNotRestoredInto() throws Exception {
    for (boolean writer : List.of(false, true)) {
      Path data = folder.resolve(writer ? "pair" : "shared");
      SharedFolders.make(data, folder.resolve("other-" + writer), writer);
      Map<String, String> before = SharedFolders.rows(data);
      for (String dry : List.of("", "--dry-run")) {
        CommandRun.Result refused =
            dry.isEmpty()
                ? nexus.run("restore", "first.json", "--data", data.toString())
                : nexus.run("restore", "first.json", dry, "--data", data.toString());
        assertThat(refused.code()).as(refused.err()).isEqualTo(4);
        assertThat(refused.err())
            .contains("belongs to a cluster of 2 gateways, and none runs here")
            .contains(
                "nothing was changed", "try: nexus up --data " + data + ", and the same again")
            .contains("nexus restore first.json --url");
      }
      well("backup", "-", "--data", data.toString());
      assertThat(SharedFolders.rows(data)).isEqualTo(before);
    }
  }

  @Test
  void asksTheGatewayThatIsNamed() throws IOException {
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.on("GET /api/v1/backup", 200, Backups.text());
      gateway.on(
          "POST /api/v1/restore",
          200,
          "{\"agents\":[{\"name\":\"Echo\",\"action\":\"change\",\"parts\":[\"env\"],"
              + "\"result\":\"done\",\"reason\":\"\"},{\"name\":\"Zoe\",\"action\":\"change\","
              + "\"parts\":[],\"result\":\"conflict\",\"reason\":\"somebody changed it\"}],"
              + "\"kept\":[],\"summary\":\"1 changed\"}");
      well("backup", "copy.json", "--url", gateway.url());
      assertThat(Files.readString(folder.resolve("copy.json"))).isEqualTo(Backups.text());
      CommandRun.Result partly =
          nexus.run("restore", "copy.json", "--prune", "--url", gateway.url());
      assertThat(partly.code()).isEqualTo(9);
      assertThat(partly.err()).contains("Zoe: somebody changed it");
      assertThat(gateway.requests())
          .anySatisfy(
              request ->
                  assertThat(request)
                      .startsWith("POST /api/v1/restore?dryRun=false&prune=true {\"kind\""));
    }
    try (FakeGateway cutting = new FakeGateway()) {
      cutting.on("GET /api/v1/backup", 200, Backups.text().substring(0, 300));
      CommandRun.Result cut = nexus.run("backup", "cut.json", "--url", cutting.url());
      assertThat(cut.code()).isEqualTo(1);
      assertThat(cut.err()).contains("cannot be restored, so nothing was written");
      assertThat(files()).doesNotContain("cut.json");
    }
  }
}
