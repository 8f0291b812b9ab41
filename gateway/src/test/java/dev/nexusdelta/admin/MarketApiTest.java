package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.access.Refusal;
import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark.Origin;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.market.Tally;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketApiTest {
  private static final String MARKET = "/api/v1/marketplace/agents";
  private static final AgentName FAR = new AgentName("Far");

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private static JsonObject card() {
    return new JsonObject()
        .put("name", "Far")
        .put("purpose", "Counts what is far")
        .put("category", "utility")
        .put("model", "gpt-4")
        .put("tools", new JsonArray().add("count"))
        .put("api_endpoint", "http://192.0.2.7:9000");
  }

  private AgentSpec far() {
    return plane.registry.agent(FAR).orElseThrow();
  }

  @Test
  void aCardMakesAnAgentThatIsNotTheOperatorsWord() {
    assertThat(plane.post(MARKET + "?dryRun=true", card()).json().getBoolean("created")).isTrue();
    assertThat(plane.registry.agent(FAR)).isEmpty();
    Answer made = plane.post(MARKET, card());
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo(MARKET + "/far");
    assertThat(made.json().getString("source")).isEqualTo("card");
    assertThat(made.json().getString("api_endpoint")).isEqualTo("http://192.0.2.7:9000");
    assertThat(far().isForeign()).isTrue();
    assertThat(made.json().getBoolean("created")).isTrue();
    Answer again = plane.post(MARKET, card());
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().getBoolean("created")).isFalse();
    assertThat(again.json().getBoolean("changed")).isFalse();
    assertThat(far().revision()).isEqualTo(1);
    assertThat(plane.post(MARKET, card().put("purpose", "More")).status()).isEqualTo(200);
    assertThat(far().manifest().description()).isEqualTo("More");
    Answer stale = plane.send("POST", MARKET, card().encode(), Map.of("If-Match", "\"1\""));
    assertThat(stale.status()).isEqualTo(412);
  }

  @Test
  void whatAnOperatorPutsInItsPlaceIsTheOperatorsWord() {
    plane.post(MARKET, card());
    JsonObject manifest = Plane.manifest("Far");
    assertThat(plane.put("/api/v1/agents/far", manifest).status()).isIn(200, 202);
    assertThat(far().applied().origin()).isEqualTo(Origin.OPERATOR);
    assertThat(plane.send("DELETE", MARKET + "/far", null, Map.of()).status()).isEqualTo(409);
  }

  @Test
  void otherChangesLeaveItACards() {
    plane.post(MARKET, card());
    plane.patch("/api/v1/agents/far", new JsonObject().put("description", "Told otherwise"));
    assertThat(far().isForeign()).isTrue();
    assertThat(plane.send("DELETE", MARKET + "/far", null, Map.of()).status()).isEqualTo(200);
    assertThat(plane.registry.agent(FAR)).isEmpty();
    JsonObject manifest = card();
    manifest.remove("api_endpoint");
    manifest.remove("purpose");
    manifest.put("run", new JsonObject().put("url", "http://192.0.2.7:9000"));
    assertThat(plane.post("/api/v1/agents", manifest).status()).isEqualTo(201);
    assertThat(far().isForeign()).isFalse();
  }

  @Test
  void anAddressThatMayNotBeCalledIsRefusedAndChangesNothing() {
    URI address = URI.create("http://192.0.2.7:9000");
    plane.market.refused.put(address, new Refusal("it is not listed", true));
    Answer refused = plane.post(MARKET, card());
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().getString("detail")).isEqualTo("/api_endpoint: it is not listed");
    assertThat(refused.json().getString("hint")).contains("key marketplace.allow");
    plane.market.refused.put(address, new Refusal("that is the gateway itself", false));
    assertThat(plane.post(MARKET, card()).json().getString("hint"))
        .contains("no entry of marketplace.allow changes that")
        .doesNotContain("the operator decides");
    assertThat(plane.registry.agent(FAR)).isEmpty();
    JsonObject without = card();
    without.remove("api_endpoint");
    assertThat(plane.post(MARKET, without).json().getString("detail"))
        .contains("/api_endpoint: is missing");
    Answer wrong = plane.post(MARKET, card().put("categry", "x"));
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.text()).contains("/categry").contains("did you mean 'category'?");
  }

  @Test
  void aCardOfAnAgentThatRunsHereChangesWhatIsSaidOfIt() {
    plane.post("/api/v1/agents", Plane.manifest("Far").put("port", 9000));
    assertThat(plane.post(MARKET, card()).status()).isEqualTo(409);
    plane.market.here.add("192.0.2.7");
    Answer taken = plane.post(MARKET, card());
    assertThat(taken.status()).isEqualTo(200);
    assertThat(taken.json().getString("purpose")).isEqualTo("Counts what is far");
    assertThat(taken.json().getString("source")).isEqualTo("api");
    assertThat(taken.json().getJsonArray("notes")).hasSize(2);
    assertThat(far().isForeign()).isFalse();
    assertThat(plane.post(MARKET, card().put("api_endpoint", "http://192.0.2.7:9001")).status())
        .isEqualTo(409);
    assertThat(plane.send("DELETE", MARKET + "/far", null, Map.of()).json().getString("hint"))
        .contains("nexus delete Far");
  }

  @Test
  void cardsTellStateCallsAndQuality() {
    plane.post("/api/v1/agents", Plane.manifest("Echo").put("description", "Says it again"));
    plane.post(MARKET, card());
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.status("Echo", AgentState.HEALTHY));
    plane.market.counted.put("echo", new Tally(4, 1, List.of(4L, 0L, 0L)));
    JsonObject echo = plane.get(MARKET + "/echo").json();
    assertThat(echo.getString("state")).isEqualTo("ready");
    assertThat(echo.getJsonObject("calls").getDouble("successRate")).isEqualTo(0.75);
    assertThat(echo.getJsonObject("calls").getDouble("p95Millis")).isEqualTo(9.5);
    assertThat(echo.getJsonObject("calls").getInteger("of")).isEqualTo(1);
    assertThat(echo.getJsonObject("quality").getInteger("score")).isBetween(20, 60);
    assertThat(names("?text=FAR")).containsExactly("Far");
    assertThat(names("?tool=echo")).containsExactly("Echo");
    assertThat(names("")).containsExactly("Echo", "Far");
    assertThat(names("?category=none")).isEmpty();
  }

  @Test
  void callsAreThoseOfAllGatewaysThatAnswer() throws Exception {
    Plane other = new Plane(Files.createDirectory(root.resolve("other")));
    try {
      plane.others.ports.put("gw-2", other.asked);
      plane.others.away.add("gw-3");
      plane.post("/api/v1/agents", Plane.manifest("Echo"));
      plane.market.counted.put("echo", new Tally(4, 1, List.of(4L, 0L, 0L)));
      other.market.counted.put("echo", new Tally(6, 0, List.of(0L, 6L, 0L)));
      other.market.counted.put("gone", new Tally(1, 1, List.of(1L, 0L, 0L)));
      JsonObject calls = plane.get(MARKET + "/echo").json().getJsonObject("calls");
      assertThat(calls.getInteger("count")).isEqualTo(10);
      assertThat(calls.getDouble("successRate")).isEqualTo(0.9);
      assertThat(calls.getInteger("gateways")).isEqualTo(2);
      assertThat(calls.getInteger("of")).isEqualTo(3);
      JsonObject all = plane.get(MARKET).json();
      assertThat(all.getJsonArray("agents")).hasSize(1);
      assertThat(all.getJsonObject("missing").getMap())
          .isEqualTo(Map.of("gw-3", "it is not there"));
      assertThat(other.others.asked).as("who is asked asks nobody").hasValue(0);
    } finally {
      other.close();
    }
    JsonObject alone = plane.get(MARKET).json();
    assertThat(alone.getJsonObject("missing").getMap()).containsOnlyKeys("gw-2", "gw-3");
  }

  @Test
  void theBestComeFirst() {
    plane.post("/api/v1/agents", Plane.manifest("Apex").put("description", "Counts far things"));
    plane.post("/api/v1/agents", Plane.manifest("Bare").put("description", "Far"));
    plane.post(
        "/api/v1/agents", Plane.manifest("Calm").put("description", "Far things to count well"));
    plane.post(
        "/api/v1/agents", Plane.manifest("Calm2").put("description", "Far things to count well"));
    plane.post("/api/v1/agents", Plane.manifest("Far"));
    for (String ready : List.of("Bare", "Calm", "Calm2")) {
      plane.fleet.statuses.put(new AgentName(ready), FakeFleet.status(ready, AgentState.HEALTHY));
    }
    plane.fleet.statuses.put(new AgentName("Apex"), FakeFleet.status("Apex", AgentState.STOPPED));
    assertThat(names("?text=far")).containsExactly("Far", "Calm", "Calm2", "Bare", "Apex");
    assertThat(names("")).startsWith("Calm", "Calm2", "Bare");
  }

  @Test
  void noTimeIsLongerThanTheSlowestCallOfAnyGateway() throws Exception {
    Plane other = new Plane(Files.createDirectory(root.resolve("other")));
    try {
      plane.others.ports.put("gw-2", other.asked);
      plane.post("/api/v1/agents", Plane.manifest("Echo"));
      plane.market.counted.put("echo", new Tally(1, 0, List.of(1L, 0L, 0L), 3_000));
      other.market.counted.put("echo", new Tally(1, 0, List.of(0L, 1L, 0L), 30_000));
      JsonObject calls = plane.get(MARKET + "/echo").json().getJsonObject("calls");
      assertThat(calls.getInteger("count")).isEqualTo(2);
      assertThat(calls.getDouble("p95Millis")).isEqualTo(30);
    } finally {
      other.close();
    }
  }

  private List<String> names(String query) {
    return plane.get(MARKET + query).json().getJsonArray("agents").stream()
        .map(each -> ((JsonObject) each).getString("name"))
        .toList();
  }
}
