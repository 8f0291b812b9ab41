package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
final class RegistryLoginTest {
  @TempDir private Path config;
  @TempDir private Path programs;
  private RegistryLogin login;

  @BeforeEach
  void makeLogin() {
    login =
        new RegistryLogin(
            Map.of("DOCKER_CONFIG", config.toString(), "PATH", programs + ":/usr/bin:/bin"),
            Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "alpine, https://index.docker.io/v1/",
    "library/alpine:3, https://index.docker.io/v1/",
    "docker.io/library/alpine, https://index.docker.io/v1/",
    "registry.test/team/x:1, registry.test",
    "registry.test:5000/x@sha256:ab, registry.test:5000",
    "localhost/x, localhost",
  })
  void aReferenceNamesItsRegistry(String reference, String registry) {
    assertThat(RegistryLogin.registryOf(reference)).isEqualTo(registry);
  }

  @Test
  void theHelperOfTheRegistryIsAsked() throws Exception {
    config("{\"credHelpers\": {\"registry.test\": \"own\"}, \"credsStore\": \"all\"}");
    helper("own", "read r; echo '{\"Username\": \"me\", \"Secret\": \"for '$1-$r'\"}'");
    helper("all", "read r; echo '{\"Username\": \"<token>\", \"Secret\": \"t-'$r'\"}'");
    AuthConfig own = login.of("registry.test/x:1").orElseThrow();
    assertThat(own.getUsername()).isEqualTo("me");
    assertThat(own.getPassword()).isEqualTo("for get-registry.test");
    assertThat(own.getRegistryAddress()).isEqualTo("registry.test");
    AuthConfig other = login.of("other.test/x:1").orElseThrow();
    assertThat(other.getIdentitytoken()).isEqualTo("t-other.test");
    assertThat(other.getUsername()).isNull();
  }

  @Test
  void withoutAHelperThatKnowsThereIsNone() throws Exception {
    assertThat(login.of("registry.test/x")).isEmpty();
    config("{\"auths\": {\"registry.test\": {\"auth\": \"eA==\"}}}");
    assertThat(login.of("registry.test/x")).isEmpty();
    config("{\"credsStore\": \"missing\"}");
    assertThat(login.of("registry.test/x")).isEmpty();
    config("{\"credsStore\": \"../evil\"}");
    assertThat(login.of("registry.test/x")).isEmpty();
    config("{\"credsStore\": \"unknowing\"}");
    helper("unknowing", "echo 'credentials not found in native keychain'; exit 1");
    assertThat(login.of("registry.test/x")).isEmpty();
    helper("unknowing", "echo nonsense");
    assertThat(login.of("registry.test/x")).isEmpty();
    config("no json");
    assertThat(login.of("registry.test/x")).isEmpty();
  }

  @Test
  void aHelperThatHangsIsEnded() throws Exception {
    config("{\"credsStore\": \"slow\"}");
    helper("slow", "exec sleep 60");
    RegistryLogin hasty = new RegistryLogin(login.environment(), Duration.ofMillis(200));
    assertThat(hasty.of("registry.test/x")).isEmpty();
  }

  private void config(String text) throws IOException {
    Files.writeString(config.resolve("config.json"), text);
  }

  private void helper(String name, String script) throws IOException {
    Path file = programs.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
