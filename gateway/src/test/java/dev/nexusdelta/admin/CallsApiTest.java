package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallsApiTest {
  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    RecentCalls.fill(plane.calls);
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private List<String> ids(String query) {
    return plane.get("/api/v1/calls" + query).json().getJsonArray("calls").stream()
        .map(call -> ((JsonObject) call).getString("requestId"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "'', bare slow full",
    "?limit=1, bare",
    "?agent=ECHO, full",
    "?slow, slow",
    "?slow=true, slow",
    "?slow=false, bare slow full",
    "?slow=350ms, full slow",
    "?code=504, full",
    "?code=agent_unknown, bare",
    "?since=4s, bare slow",
    "?agent=Echo&code=404, ''",
  })
  void choosesWhatIsWanted(String query, String expected) {
    assertThat(String.join(" ", ids(query))).isEqualTo(expected);
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    for (String query : List.of("?slow=much", "?since=yesterday", "?limit=1001")) {
      assertThat(plane.get("/api/v1/calls" + query).status()).as(query).isEqualTo(400);
    }
  }

  @Test
  void tellsOneCall() {
    JsonObject call = plane.get("/api/v1/calls/full").json();
    assertThat(call.getString("limit")).isEqualTo("limits.timeout");
    assertThat(call.getJsonObject("phases").getValue("firstByteMs")).isNull();
    assertThat(call.getJsonObject("phases").getDouble("sentMs")).isEqualTo(1201);
    assertThat(call.getJsonArray("attempts").getJsonObject(0).getString("outcome"))
        .isEqualTo("refused");
    Plane.Answer none = plane.get("/api/v1/calls/none");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.json().getString("hint")).contains("24 hours").contains("access.jsonl");
  }
}
