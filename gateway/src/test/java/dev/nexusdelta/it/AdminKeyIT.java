package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway beyond loopback whose first key is that of a file, from its first start on. */
@Timeout(120)
class AdminKeyIT {
  private static final String FIRST = "first-0123456789abcdef0123456789abcdef";
  private static final String SECOND = "second-0123456789abcdef0123456789abcdef";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private int status(Workspace workspace, String token) throws Exception {
    String port = workspace.url().substring(workspace.url().lastIndexOf(':'));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1" + port + "/agents"))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void countsAsLongAsItStandsInTheFile() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path file = workspace.folder().resolve("admin.key");
      Files.createDirectories(workspace.folder().resolve("agents"));
      workspace
          .env("NEXUS_LISTEN", "0.0.0.0:" + Workspace.freePort())
          .env("NEXUS_ADMIN", "127.0.0.1:" + Workspace.freePort())
          .env("NEXUS_ADMIN_KEY_FILE", "admin.key");
      Workspace.Typed missing = workspace.type("./nexus up -d");
      assertThat(missing.code()).as(missing.err()).isEqualTo(5);
      assertThat(missing.err()).contains("admin-key-file", "openssl rand -hex 32");

      Files.writeString(file, FIRST + "\n");
      workspace.typeWell("./nexus up -d");
      assertThat(status(workspace, FIRST)).isEqualTo(200);
      assertThat(status(workspace, SECOND)).isEqualTo(401);
      assertThat(workspace.typeWell("./nexus keys list --key-file admin.key").out())
          .containsPattern("admin +000000000000 +admin");
      Workspace.Typed fixed = workspace.type("./nexus keys revoke admin");
      assertThat(fixed.code()).as(fixed.err()).isEqualTo(4);
      assertThat(fixed.err()).contains("admin-key-file");
      aWeakerKeyEndsNothing(workspace);
      workspace.typeWell("./nexus down --key-file admin.key");

      Files.writeString(file, SECOND);
      workspace.typeWell("./nexus up -d");
      assertThat(status(workspace, FIRST)).isEqualTo(401);
      assertThat(status(workspace, SECOND)).isEqualTo(200);
    }
  }

  private static void aWeakerKeyEndsNothing(Workspace workspace) throws Exception {
    workspace.typeWell("./nexus keys create weak --scope read > weak.key");
    long pid = workspace.gatewayPid();
    Workspace.Typed weak = workspace.type("NEXUS_KEY_FILE=weak.key ./nexus down");
    assertThat(weak.code()).as(weak.err()).isEqualTo(8);
    assertThat(weak.err())
        .contains("this needs the scope admin, and key 'weak' has read")
        .contains("try: ")
        .contains("without NEXUS_KEY_FILE=weak.key");
    assertThat(workspace.gatewayPid()).isEqualTo(pid);
    assertThat(ProcessHandle.of(pid)).get().matches(ProcessHandle::isAlive);
    workspace.typeWell("NEXUS_KEY_FILE=weak.key ./nexus list");
  }
}
