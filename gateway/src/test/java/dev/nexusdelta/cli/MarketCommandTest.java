package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MarketCommandTest {
  private static final String CARD =
      """
      {"name":"FarAgent","purpose":"Tells how far","category":"utility","model":"gpt-4","capabilities":["far"],
       "version":"1","tools":[{"name":"distance"}],"endpoint":"/agents/faragent/execute","source":"card",
       "state":"ready","reason":"","calls":{"count":4,"successRate":0.75,"p95Millis":9.5},
       "quality":{"score":40,"fixes":[{"points":20,"at":"/tools/0","fix":"say what it does"}]},
       "notes":["api_endpoint is not taken"]}
      """;

  @TempDir private Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder).env("NEXUS_URL", gateway.url());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void showsCardsAsATable() {
    gateway.on(
        "GET /api/v1/marketplace/agents",
        200,
        "{\"agents\":[" + CARD + "],\"missing\":{\"gw-2\":\"it is not there\"},\"asOf\":\"x\"}");
    CommandRun.Result result =
        nexus.run("market", "search", "how", "far", "--category", "utility", "--tool", "distance");
    assertThat(result.code()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "NAME      STATE  SCORE  CALLS  SUCCESS  P95     SOURCE  PURPOSE",
            "FarAgent  ready  40     4      75.0%    9.5 ms  card    Tells how far");
    assertThat(result.err()).contains("without the calls of gw-2: it is not there");
    assertThat(gateway.requests().get(0))
        .startsWith(
            "GET /api/v1/marketplace/agents?text=how%20far&category=utility&tool=distance ");
    assertThat(nexus.run("market", "-o", "json").out()).contains("\"asOf\"");
  }

  @Test
  void showsWhatBettersACard() {
    gateway.on("GET /api/v1/marketplace/agents/faragent", 200, CARD);
    CommandRun.Result result = nexus.run("market", "show", "FarAgent");
    assertThat(result.out()).contains("calls, 7 days  4, 75.0% good, p95 9.5 ms");
    assertThat(result.out()).contains("score          40 of 100").contains("say what it does");
    assertThat(nexus.run("market", "show").code()).isEqualTo(2);
    assertThat(nexus.run("market", "show", "Nobody").code()).isEqualTo(3);
  }

  @Test
  void registersACardAndTellsWhatWasNotTaken() throws Exception {
    gateway.on("POST /api/v1/marketplace/agents", 201, CARD);
    Files.writeString(folder.resolve("card.json"), "{\"name\":\"FarAgent\"}");
    CommandRun.Result result = nexus.run("register", "--card", "card.json", "--dry-run");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("FarAgent");
    assertThat(result.err()).contains("note: api_endpoint is not taken");
    assertThat(gateway.requests().get(0))
        .isEqualTo("POST /api/v1/marketplace/agents?dryRun=true {\"name\":\"FarAgent\"}");
    assertThat(nexus.run("register", "--card", "none.json").code()).isEqualTo(3);
    assertThat(nexus.run("register").code()).isEqualTo(2);
  }

  @Test
  void saysWhatCameOfARegistration() throws Exception {
    Files.writeString(folder.resolve("card.json"), "{\"name\":\"FarAgent\"}");
    cameOf("\"created\":true,\"changed\":true");
    cameOf("\"created\":false,\"changed\":true");
    cameOf("\"created\":false,\"changed\":false");
    cameOf("\"created\":true,\"changed\":true,\"dryRun\":true");
    cameOf("\"created\":false,\"changed\":true,\"dryRun\":true");
    cameOf("\"created\":false,\"changed\":false,\"dryRun\":true");
    assertThat(said()).isEqualTo("FarAgent is registered");
    assertThat(said()).isEqualTo("FarAgent is changed");
    assertThat(said()).isEqualTo("FarAgent was registered so already");
    assertThat(said("--dry-run"))
        .isEqualTo("dry run: FarAgent would be registered; nothing was stored");
    assertThat(said("--dry-run"))
        .isEqualTo("dry run: FarAgent would be changed; nothing was stored");
    assertThat(said("--dry-run"))
        .isEqualTo("dry run: FarAgent is registered so already; nothing was stored");
  }

  private void cameOf(String members) {
    String card = CARD.strip().replaceFirst("}$", "");
    gateway.on("POST /api/v1/marketplace/agents", 200, card + "," + members + "}");
  }

  private String said(String... more) {
    List<String> words = new ArrayList<>(List.of("register", "--card", "card.json"));
    words.addAll(List.of(more));
    return nexus.run(words.toArray(String[]::new)).err().lines().findFirst().orElse("");
  }
}
