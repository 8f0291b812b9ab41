package dev.nexusdelta.backup;

import static dev.nexusdelta.backup.Backups.deleted;
import static dev.nexusdelta.backup.Backups.faults;
import static dev.nexusdelta.backup.Backups.good;
import static dev.nexusdelta.backup.Backups.of;
import static dev.nexusdelta.backup.Backups.release;
import static dev.nexusdelta.backup.Backups.spec;
import static dev.nexusdelta.backup.Backups.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupReaderTest {
  private static final String RICH =
      """
      version: '2'
      description: says "hé" and \\ more
      env: {A: '${env:B}', PASSWORD: hunter2}
      secrets: [KEY]
      allow-literal-secrets: [PASSWORD]
      scale: {min: 1, max: 3, target-rps: 0.5}
      tools:
        - name: t
          input-schema: {type: object, properties: {n: {type: number, maximum: 1.5}}}
      """;

  @Test
  void readsBackWhatItWrites() {
    Backup backup =
        new Backup(
            Backups.THEN,
            "gw-test",
            List.of(
                new BackupEntry(
                    with(spec("Zoe", RICH), 7, false, OptionalInt.of(3), false), List.of()),
                new BackupEntry(
                    spec("Echo", ""), List.of(release("Echo", "b"), release("Echo", "a"))),
                new BackupEntry(deleted(spec("Gone", "")), List.of())));
    Backup read = good(backup.text());
    assertThat(read).isEqualTo(backup);
    assertThat(read.text()).isEqualTo(backup.text());
    assertThat(read.agents()).isEqualTo(2);
    assertThat(read.tombstones()).isEqualTo(1);
    assertThat(read.entries().get(0).spec().name().value()).isEqualTo("Echo");
    assertThat(backup.text().lines()).as("one agent a line").hasSize(5);
    assertThat(good(of().text()).entries()).isEmpty();
  }

  @Test
  void givesBackSecretsThatAnOlderProgramLetIn() {
    String text = of(spec("Zoe", RICH)).text();
    String older = text.replace(",\"allow-literal-secrets\":[\"PASSWORD\"]", "");
    assertThat(older).isNotEqualTo(text);
    assertThat(good(older).entries().get(0).spec().manifest().env())
        .containsEntry("PASSWORD", "hunter2");
  }

  @Test
  void takesMembersInAnyOrder() {
    String text = of(spec("Echo", "")).text();
    String head = text.substring(1, text.indexOf(",\"agents\""));
    String agents = text.substring(text.indexOf("\"agents\""), text.lastIndexOf('}'));
    assertThat(good("{" + agents + "," + head + "}")).isEqualTo(good(text));
  }

  @Test
  void everyCutIsNoticed() {
    String text = of(spec("Echo", RICH), deleted(spec("Gone", ""))).text().strip();
    for (int length = 1; length < text.length(); length++) {
      List<BackupFault> faults = faults(text.substring(0, length));
      assertThat(faults).as("cut at %d", length).hasSize(1);
      assertThat(faults.get(0).message()).as("cut at %d", length).contains("truncated", "line");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                       | is empty",
        "[]                                       | expected a JSON object",
        "hunter2                                  | stops being JSON at line 1",
        "{}                                       | no \"kind\": \"nexus-backup\"",
        "{\"kind\":\"other\",\"version\":1}       | no \"kind\": \"nexus-backup\"",
        "{\"kind\":\"nexus-backup\",\"kind\":\"nexus-backup\"} | stops being JSON",
        "{\"kind\":\"nexus-backup\",\"version\":2,\"new\":1} | a newer Nexus Delta wrote it",
        "{\"kind\":\"nexus-backup\",\"version\":1e999} | stops being JSON",
      })
  void saysWhatIsNoBackup(String text, String message) {
    assertThat(faults(text)).hasSize(1);
    assertThat(faults(text).get(0).toString()).contains(message).doesNotContain("hunter2");
  }

  @Test
  void refusesWhatIsTooLargeOrGoesOn() {
    assertThat(faults(of().text() + "{}").get(0).message()).contains("goes on after the end");
    byte[] large = new byte[BackupReader.MOST_BYTES + 1];
    List<BackupFault> faults = BackupReader.read(large).fold(backup -> List.of(), it -> it);
    assertThat(faults.get(0).message()).contains("larger than 32 MiB");
    byte[] binary = {'{', (byte) 0xff, (byte) 0xfe, '}'};
    faults = BackupReader.read(binary).fold(backup -> List.of(), it -> it);
    assertThat(faults.get(0).message()).contains("stops being JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"enabled\":true | \"enabled\":\"yes\" | /enabled | is 'yes', expected true or false",
        "\"enabled\":true | \"enabledd\":true | /enabledd | did you mean 'enabled'",
        "\"enabled\":true, | '' | /enabled | is missing, expected true or false",
        "\"revision\":1 | \"revision\":0 | /revision | is '0', expected a whole number from 1",
        "\"revision\":1 | \"revision\":1.5 | /revision | is '1.5'",
        "\"enabled\":true | \"enabled\":true,\"pinned\":1001 | /pinned | from 0 to 1000",
        "\"updated\":\"2026 | \"updated\":\"x2026 | /updated | expected a time like",
        "\"java\":\"A.java\" | \"jawa\":\"A.java\" | /manifest/run/jawa | java",
        "\"max\":3 | \"max\":0 | /manifest/scale/max | 0",
        "{\"name\":\"Echo\" | {\"name\":\"Ec ho\" | /name | expected a letter",
        "{\"name\":\"Echo\" | {\"name\":\"Other\" | /manifest/name | is 'Echo', expected 'Other'",
        "\"releases\":[ | \"releases\":[7, | /releases/0 | is '7', expected a release",
        "\"agent\":\"Echo\" | \"agent\":\"Other\" | /releases/0/agent | expected 'Echo'",
        "\"weight\":100 | \"weight\":101 | /releases/0/weight | from 0 to 100",
        "\"readOnly\":true | \"readOnly\":7 | /releases/0/tools/0/readOnly | is '7'",
        "\"codeHash\":\"code\" | \"codeHash\":{} | /codeHash | is an object",
      })
  void namesAgentPlaceAndExpectation(String from, String to, String pointer, String message) {
    String text =
        new Backup(
                Backups.THEN,
                "gw-test",
                List.of(
                    new BackupEntry(spec("Alpha", ""), List.of()),
                    new BackupEntry(
                        spec(
                            "Echo",
                            "scale: {max: 3}\nenv: {PASSWORD: hunter2}\nallow-literal-secrets: [PASSWORD]"),
                        List.of(release("Echo", "a")))))
            .text();
    int line = text.indexOf("{\"name\":\"Echo\"");
    String broken =
        text.substring(0, line)
            + text.substring(line)
                .replaceFirst(
                    java.util.regex.Pattern.quote(from),
                    java.util.regex.Matcher.quoteReplacement(to));
    assertThat(broken).isNotEqualTo(text);
    assertThat(faults(broken))
        .anySatisfy(
            fault -> {
              assertThat(fault.pointer()).isEqualTo("/agents/1" + pointer);
              assertThat(fault.message()).contains(message);
            })
        .allSatisfy(fault -> assertThat(fault.toString()).doesNotContain("hunter2"));
    if (!to.contains("name")) {
      assertThat(faults(broken).get(0).toString()).startsWith("agent 'Echo', /agents/1/");
    }
  }

  @Test
  void refusesAnAgentTwice() {
    String text = of(spec("Echo", "")).text();
    String line = text.lines().toList().get(1);
    String twice = text.replace(line, line + "," + line.replace("Echo", "ECHO"));
    assertThat(faults(twice)).hasSize(1);
    assertThat(faults(twice).get(0).toString())
        .contains("agent 'ECHO', /agents/1/name", "also at /agents/0");
  }

  @Test
  void tellsABoundedNumberOfFaults() {
    String many = "7,".repeat(500);
    String text = of().text().replace("[\n]", "[" + many + "7]");
    assertThat(faults(text)).hasSize(50);
    assertThat(new String(of().text().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .endsWith("]}\n");
  }
}
