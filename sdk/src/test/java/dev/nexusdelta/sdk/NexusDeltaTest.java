package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a program talks to, by what right, and what it registers. */
@Timeout(20)
class NexusDeltaTest {
  @TempDir Path folder;
  private ScriptedServer server;

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private NexusDelta nexus(@Nullable String key, Map<String, String> env) {
    return NexusDelta.builder()
        .url(server.url().toString())
        .key(key)
        .surroundings(env, folder)
        .build();
  }

  /** The keys that a call and a registration show. */
  private List<String> shown(NexusDelta nexus) {
    int before = server.requests().size();
    server.thenJson(200, "{\"result\":1}").thenJson(201, "{}");
    nexus.agent("A").call("t", null);
    nexus.registerAgent(AgentCard.of("A", "http://127.0.0.1:1"));
    return server.requests().subList(before, before + 2).stream()
        .map(
            request ->
                request
                    .lines()
                    .filter(line -> line.startsWith("Authorization: "))
                    .findFirst()
                    .map(line -> line.substring(15))
                    .orElse("none"))
        .toList();
  }

  private void token(String folderName, String token) throws IOException {
    Files.createDirectories(folder.resolve(folderName));
    Files.writeString(folder.resolve(folderName).resolve("admin.token"), token + "\n");
  }

  @Test
  void showsTheKeyThatIsGivenAndNoOther() throws IOException {
    token(".nexus", "of-the-folder");
    NexusDelta nexus = nexus("given", Map.of("NEXUS_API_KEY", "of-the-environment"));
    assertThat(shown(nexus)).containsExactly("Bearer given", "Bearer given");
    assertThat(nexus.toString()).contains(server.url().toString()).doesNotContain("Bearer");
    assertThat(nexus.toString()).endsWith("with the key that was given");
    assertThat(shown(nexus("of-a-file\n", Map.of()))).containsOnly("Bearer of-a-file");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "your_token"})
  void looksForAKeyWhereNoneIsGiven(@Nullable String none) throws IOException {
    Files.writeString(folder.resolve("key.txt"), "of-the-file\n");
    assertThat(shown(nexus(none, Map.of()))).containsExactly("none", "none");
    token(".nexus", "of-the-folder");
    assertThat(shown(nexus(none, Map.of()))).containsExactly("none", "Bearer of-the-folder");
    token("data", "of-another");
    assertThat(shown(nexus(none, Map.of("NEXUS_DATA", "data"))))
        .containsExactly("none", "Bearer of-another");
    Map<String, String> env = Map.of("NEXUS_API_KEY", "of-the-environment");
    assertThat(shown(nexus(none, env)))
        .containsExactly("Bearer of-the-environment", "Bearer of-the-environment");
    env = Map.of("NEXUS_API_KEY", "of-the-environment", "NEXUS_KEY_FILE", "key.txt");
    assertThat(shown(nexus(none, env))).containsExactly("Bearer of-the-file", "Bearer of-the-file");
    assertThat(nexus(none, env).toString()).doesNotContain("of-the-file");
    env = Map.of("NEXUS_API_KEY", "your_token");
    assertThat(shown(nexus(none, env))).containsExactly("none", "Bearer of-the-folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://gateway.example:8080",
        "http://127.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example:8080",
        "http://10.0.0.1:8080"
      })
  void givesTheFoldersTokenToThisMachineOnly(String url) throws IOException {
    token(".nexus", "of-the-folder");
    assertThat(Credentials.find(null, URI.create(url), Map.of(), folder).token()).isNull();
    assertThat(Credentials.find(null, URI.create("http://[::1]:8080"), Map.of(), folder).token())
        .isEqualTo("of-the-folder");
  }

  @Test
  void saysWhichKeyCannotBeUsed() throws IOException {
    assertThatThrownBy(() -> nexus(null, Map.of("NEXUS_KEY_FILE", "missing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing (NEXUS_KEY_FILE)");
    Files.writeString(folder.resolve("empty"), "\n");
    assertThatThrownBy(() -> nexus(null, Map.of("NEXUS_KEY_FILE", "empty")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> nexus("secret\r\nX: y", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void findsTheGateway() {
    NexusDelta.Builder none = NexusDelta.builder().surroundings(Map.of(), folder);
    assertThat(none.build().url()).hasToString("http://127.0.0.1:8080");
    Map<String, String> env = Map.of("NEXUS_URL", "localhost:9");
    assertThat(none.surroundings(env, folder).build().url()).hasToString("http://localhost:9");
    assertThat(NexusDelta.connect("https://g.example", "k").url()).hasToString("https://g.example");
    assertThatThrownBy(() -> NexusDelta.connect("ftp://x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http://127.0.0.1:8080");
    assertThatThrownBy(() -> NexusDelta.connect("a b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void registersCards() {
    server.thenJson(201, "{\"name\":\"A\"}").thenJson(200, "{}").thenJson(200, "{}");
    NexusDelta nexus = nexus("k", Map.of());
    AgentCard card =
        AgentCard.of("A", "http://127.0.0.1:9000")
            .purpose("p")
            .category("utility")
            .model("gpt-4")
            .tools("a", Map.of("name", "b"));
    assertThat(nexus.registerAgent(card).get("name").text()).isEqualTo("A");
    String json =
        "{\"api_endpoint\":\"http://127.0.0.1:9000\",\"category\":\"utility\",\"model\":\"gpt-4\","
            + "\"name\":\"A\",\"purpose\":\"p\",\"tools\":[\"a\",{\"name\":\"b\"}]}";
    assertThat(server.requests().get(0))
        .startsWith("POST /api/v1/marketplace/agents HTTP/1.1\r\n")
        .contains("X-Nexus-By: sdk\r\n")
        .endsWith("\r\n\r\n" + json);
    nexus.unregisterAgent("A");
    assertThat(server.requests().get(1))
        .startsWith("DELETE /api/v1/marketplace/agents/A HTTP/1.1\r\n");
    nexus.market().search("a b&c", "utility", null, "t");
    assertThat(server.requests().get(2))
        .startsWith(
            "GET /api/v1/marketplace/agents?text=a%20b%26c&category=utility&tool=t HTTP/1.1\r\n");
    assertThatThrownBy(() -> AgentCard.of("A", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no api_endpoint");
  }

  @Test
  void knowsTheNamesOfThePythonSdkAndItsPlaceholders() {
    server.thenJson(201, "{}").thenJson(200, "{\"result\":7}");
    NexusDeltaSDK sdk =
        NexusDeltaSDK.builder().apiKey("your_token").url(server.url().toString()).build();
    sdk.registerAgent(
        Map.of("name", "A", "tools", List.of("t"), "api_endpoint", "http://your-host:9000/x"));
    assertThat(server.requests().get(0))
        .contains("\"api_endpoint\":\"http://127.0.0.1:9000/x\"")
        .doesNotContain("your_token");
    assertThat(sdk.call("A", "t", Map.of()).integer(0)).isEqualTo(7);
    assertThat(new NexusDeltaSDK("secret").toString()).doesNotContain("secret");
    NexusDelta far = NexusDelta.connect("http://gateway.example", "k");
    assertThatThrownBy(
            () -> far.registerAgent(Map.of("name", "A", "api_endpoint", "http://your-host:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("placeholder your-host");
  }
}
