package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralSecretsTest {
  private static final String AGENT = "name: A\nrun: {command: x}\n";
  private static final String OLD =
      "{\"name\":\"A\",\"run\":{\"command\":\"x\"},\"env\":{\"API_KEY\":\"hunter2\",\"B\":\"b\"}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY",
        "API_KEY",
        "api_key",
        "apiKey",
        "APIKey",
        "APIKEY",
        "DB_PASSWORD",
        "dbPassword",
        "TOKEN",
        "TOKEN_2",
        "TOKEN2",
        "_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "SECRET_VALUE",
        "SSH_PASSPHRASE",
        "GOOGLE_CREDENTIALS",
      })
  void refusesAValueUnderANameLikeASecrets(String name) {
    assertThat(ManifestReaderTest.faults(AGENT + "env: {" + name + ": hunter2}"))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.pointer()).isEqualTo("/env/" + name);
              assertThat(fault.line()).isEqualTo(3);
              assertThat(fault.message())
                  .contains("list " + name + " under 'secrets'")
                  .contains("nexus secret set AGENT " + name)
                  .contains("allow-literal-secrets: [" + name + "]")
                  .doesNotContain("hunter2");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MONKEY",
        "KEYBOARD_LAYOUT",
        "MAX_TOKENS",
        "TOKENIZER",
        "SECRETARY",
        "Monkey",
        "COMPASS_WORD",
        "DB_PASSWORD_FILE",
        "KEY_PATH",
        "PWD",
        "_",
      })
  void takesWordsThatOnlyLookAlike(String name) {
    assertThat(ManifestReaderTest.ok(AGENT + "env: {" + name + ": x}").env())
        .isEqualTo(Map.of(name, "x"));
  }

  @Test
  void takesReferencesAndNothing() {
    String env =
        "env: {A_KEY: '${env:A}', B_KEY: '${file:/b}', C_TOKEN: 'Bearer ${env:C}', D_KEY: \"\"}";
    assertThat(ManifestReaderTest.ok(AGENT + env).env()).hasSize(4);
    assertThat(ManifestReaderTest.faults(AGENT + "env: {A_KEY: '${A}', B_KEY: '$A'}")).hasSize(2);
    String mixed = "env: {A_KEY: 'sk-live-1${env:A}', B_KEY: '${env:A}sk-live-1'}";
    assertThat(ManifestReaderTest.faults(AGENT + mixed)).hasSize(2);
  }

  @Test
  void takesWhatIsAllowedByName() {
    String env = "env: {A_KEY: a, B_KEY: b}\nallow-literal-secrets: ";
    Manifest both = ManifestReaderTest.ok(AGENT + env + "[A_KEY, B_KEY]");
    assertThat(both.allowedLiterals()).containsExactly("A_KEY", "B_KEY");
    assertThat(ManifestReaderTest.faults(AGENT + env + "[A_KEY]"))
        .extracting(ManifestFault::pointer)
        .containsExactly("/env/B_KEY");
    assertThat(ManifestReaderTest.faults(AGENT + env + "true"))
        .extracting(ManifestFault::pointer)
        .contains("/allow-literal-secrets", "/env/A_KEY", "/env/B_KEY");
  }

  @Test
  void namesTheKeyOnlyWhereItIsUsed() {
    assertThat(ManifestWriter.write(ManifestReaderTest.ok(AGENT)).fieldNames())
        .doesNotContain("allow-literal-secrets");
  }

  @Test
  void readsWhatWasLetInBefore() {
    assertThat(stored().env()).containsEntry("API_KEY", "hunter2");
    assertThat(pointers(ManifestReader.readJson(OLD))).containsExactly("/env/API_KEY");
  }

  @Test
  void leavesWhatStandsThereToItself() {
    String next = OLD.replace("\"b\"", "\"c\"");
    assertThat(pointers(ManifestReader.readJson(next, stored()))).isEmpty();
    assertThat(pointers(ManifestReader.readJson(next.replace("hunter2", "hunter3"), stored())))
        .containsExactly("/env/API_KEY");
    assertThat(pointers(patched("{\"env\":{\"B\":\"c\"}}"))).isEmpty();
    assertThat(pointers(patched("{\"env\":{\"API_KEY\":\"hunter3\"}}")))
        .containsExactly("/env/API_KEY");
    assertThat(pointers(patched("{\"env\":{\"TOKEN\":\"hunter2\"}}")))
        .containsExactly("/env/TOKEN");
  }

  private static Manifest stored() {
    return ManifestReader.readStored(OLD)
        .fold(
            manifest -> manifest,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  private static ManifestResult patched(String patch) {
    return ManifestPatch.apply(stored(), new JsonObject(patch));
  }

  private static List<String> pointers(ManifestResult result) {
    return result.fold(
        manifest -> List.of(), faults -> faults.stream().map(ManifestFault::pointer).toList());
  }
}
