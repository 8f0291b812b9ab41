package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a gateway on the data folder, unless the test says otherwise. */
class KeysCommandTest {
  @TempDir Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  private CommandRun.Result well(String... arguments) {
    CommandRun.Result result = nexus.run(arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  @Test
  void makesListsAndRevokesWithoutAGateway() throws IOException {
    // What the gateway itself refuses to start with, as there is no key yet.
    Files.writeString(folder.resolve("nexus.yaml"), "listen: 0.0.0.0:8080\n");
    assertThat(nexus.run("config", "check").code()).isEqualTo(5);
    assertThat(nexus.run("config", "check").err()).contains("nexus keys create NAME --scope admin");
    assertThat(well("keys", "list").out()).startsWith("none");
    CommandRun.Result made =
        well("keys", "create", "ci", "--scope", "read", "--scope", "invoke:Echo", "--rate", "5/s");
    assertThat(made.out()).matches("nxd_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n");
    assertThat(made.err()).contains("permits read invoke:echo", "shown once");
    well("config", "check");
    assertThat(well("keys", "list").out())
        .containsPattern("NAME +ID +SCOPES +EXPIRES +RATE +USED +BY")
        .containsPattern("ci +[0-9a-f]{12} +read invoke:echo +- +5/s +- +cli")
        .doesNotContain(made.out().substring(17).strip());
    CommandRun.Result taken = nexus.run("keys", "create", "ci", "--scope", "admin");
    assertThat(taken.code()).isEqualTo(4);
    assertThat(taken.out()).isEmpty();
    assertThat(well("keys", "revoke", "ci").out()).startsWith("ci ");
    assertThat(nexus.run("keys", "revoke", "ci").code()).isEqualTo(3);
    JsonValue json =
        JsonValue.parse(well("keys", "create", "a", "--scope", "admin", "-o", "json").out());
    assertThat(json.get("token").text()).startsWith("nxd_" + json.get("id").text());
    assertThat(json.get("expires").isPresent()).isFalse();
  }

  @Test
  void errorsTeachAndMakeNothing() {
    CommandRun.Result scope = nexus.run("keys", "create", "ci", "--scope", "write");
    assertThat(scope.code()).isEqualTo(5);
    assertThat(scope.err()).contains("scope 'write'", "try: ");
    assertThat(nexus.run("keys", "create", "a b", "--scope", "read").code()).isEqualTo(5);
    assertThat(nexus.run("keys", "create", "a", "--scope", "read", "--expires", "soon").code())
        .isEqualTo(5);
    assertThat(nexus.run("keys", "create", "a").code()).isEqualTo(2);
    assertThat(nexus.run("keys").code()).isEqualTo(2);
    assertThat(folder.resolve(".nexus")).doesNotExist();
  }

  @Test
  void aFolderThatOthersShareIsNotWritten() throws Exception {
    Path data = folder.resolve("shared");
    SharedFolders.make(data, folder.resolve("other"), false);
    CommandRun.Result refused =
        nexus.run("keys", "create", "ci", "--scope", "read", "--data", data.toString());
    assertThat(refused.code()).as(refused.err()).isEqualTo(4);
    assertThat(refused.err()).contains("belongs to a cluster of 2 gateways");
    well("keys", "list", "--data", data.toString());
  }

  @Test
  void asksTheGatewayThatIsNamedWithTheKeyOfTheFile() throws IOException {
    Files.writeString(folder.resolve("my.key"), "my-token\n");
    nexus.env("NEXUS_KEY_FILE", "my.key");
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.on(
          "POST /api/v1/keys",
          201,
          "{\"id\":\"0123456789ab\",\"name\":\"ci\",\"scopes\":[\"read\"],\"token\":\"t\"}");
      gateway.on("DELETE /api/v1/keys/ci", 200, "{\"revoked\":{\"name\":\"ci\"}}");
      gateway.on("GET /api/v1/keys", 403, "{\"detail\":\"no\",\"code\":\"forbidden\"}");
      String url = gateway.url();
      assertThat(well("keys", "create", "ci", "--scope", "read", "--url", url).out())
          .isEqualTo("t\n");
      well("keys", "revoke", "ci", "--url", url);
      assertThat(nexus.run("keys", "list", "--url", url).code()).isEqualTo(8);
      assertThat(gateway.requests())
          .contains("POST /api/v1/keys {\"name\":\"ci\",\"scopes\":[\"read\"]}");
      nexus.env("NEXUS_KEY_FILE", "none.key");
      assertThat(nexus.run("keys", "list", "--url", url).err()).contains("none.key");
    }
  }
}
