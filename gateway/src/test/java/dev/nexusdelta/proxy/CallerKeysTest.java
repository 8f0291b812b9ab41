package dev.nexusdelta.proxy;

import static dev.nexusdelta.proxy.GuardedProxy.ADD;
import static dev.nexusdelta.proxy.GuardedProxy.PATH;
import static dev.nexusdelta.proxy.GuardedProxy.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keys.KeyToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Callers are known by their keys: in rates, records and keyed calls, and never by what they show.
 */
@Timeout(60)
class CallerKeysTest {
  @TempDir Path folder;
  private GuardedProxy door;

  @BeforeEach
  void open() {
    door = new GuardedProxy(folder, false);
  }

  @AfterEach
  void close() {
    door.close();
  }

  /** So slow that nothing is added while the test runs; a tenth of an hour's at once. */
  @ParameterizedTest
  @CsvSource({"30, 3, 110, 120", "3, 1, 1100, 1200"})
  void countsAgainstTheRateOfItsKey(int hourly, int atOnce, int soonest, int latest)
      throws IOException {
    String auth = bearer(door.keys.addWithRate("slow", hourly + "/h", "invoke:*"));
    for (int left = atOnce - 1; left >= 0; left--) {
      RawClient.Reply reply = door.post(PATH, ADD, auth);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("ratelimit-policy")).isEqualTo("\"default\";q=" + hourly + ";w=3600");
      assertThat(reply.header("ratelimit")).startsWith("\"default\";r=" + left + ";t=");
    }
    RawClient.Reply late = door.post(PATH, ADD, auth);
    assertThat(late.status()).isEqualTo(429);
    assertThat(late.code()).isEqualTo("rate_limited");
    assertThat(late.json().getString("detail")).contains("key slow", hourly + "/h");
    assertThat(Integer.parseInt(late.header("retry-after"))).isBetween(soonest, latest);
    assertThat(late.header("ratelimit")).startsWith("\"default\";r=0;t=");
    assertThat(door.send("GET", "/agents", auth).status()).isEqualTo(429);
    assertThat(door.agent.requests).hasSize(atOnce);
    // Others have a rate of their own, or none.
    RawClient.Reply free = door.post(PATH, ADD, bearer(door.keys.add("free", "invoke:*")));
    assertThat(free.status()).isEqualTo(200);
    assertThat(free.header("ratelimit")).isNull();
    assertThat(door.post(PATH, ADD, auth).status()).isEqualTo(429);
    ProxyFixture.until(
        () ->
            door.proxy
                .metrics
                .scrape()
                .contains("nexus_requests_total{agent=\"math\",code=\"429\",tool=\"_other\"} 2"));
    assertThat(door.proxy.accessLines())
        .filteredOn(line -> line.contains("rate_limited"))
        .hasSize(3)
        .allMatch(line -> line.contains("\"key\":\"slow\""));
  }

  @Test
  void keyedCallsOfTwoCallersAreTwo() throws IOException {
    String first = door.keys.add("first", "invoke:*");
    String second = door.keys.add("second", "invoke:*");
    for (String token : new String[] {first, second, FakeKeys.OPERATOR}) {
      assertThat(door.post(PATH, ADD, bearer(token), "Idempotency-Key: k").status()).isEqualTo(200);
    }
    assertThat(door.claimed).containsExactly(FakeKeys.id(first), FakeKeys.id(second), "admin");
  }

  @Test
  void whoCalledIsInTheRecords() throws IOException {
    String auth = bearer(door.keys.add("ci-bot", "invoke:math"));
    door.post(PATH, ADD, auth, "X-Request-Id: good");
    door.post("/agents/other/execute", ADD, auth, "X-Request-Id: bad");
    ProxyFixture.until(() -> door.proxy.history.find("bad").isPresent());
    ProxyFixture.until(() -> door.proxy.history.find("good").isPresent());
    for (String id : new String[] {"good", "bad"}) {
      assertThat(door.proxy.history.find(id).orElseThrow().caller())
          .matches("127\\.0\\.0\\.1:[0-9]+ with the key ci-bot");
    }
    assertThat(door.proxy.accessLines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"key\":\"ci-bot\""))
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("nxd_"));
  }

  @Test
  void whatIsShownIsNowhereToBeFound() throws IOException {
    String good = door.keys.add("good", "invoke:Math");
    String old = door.keys.addExpired("old", "invoke:Math");
    String wrong = KeyToken.fresh(new Random(7)).reveal();
    List<String> answers = new ArrayList<>();
    for (String token : List.of(good, old, wrong, good + "x", FakeKeys.OPERATOR)) {
      answers.add(door.post(PATH, ADD, bearer(token)).body());
      answers.add(door.post("/agents/none/execute", ADD, bearer(token)).body());
      answers.add(door.send("GET", "/agents", bearer(token)).body());
      answers.add(door.post(PATH, ADD, "Authorization: " + token).body());
    }
    answers.add(door.proxy.metrics.scrape());
    door.proxy.history.settle();
    answers.add(door.proxy.history.toString());
    answers.addAll(door.proxy.accessLines());
    assertThat(String.join("\n", door.proxy.accessLines())).contains("good");
    for (String token : List.of(good, old, wrong, FakeKeys.OPERATOR)) {
      String secret = token.substring(token.length() - 20);
      assertThat(answers).noneMatch(it -> it.contains(secret));
      assertThat(door.agent.requests).noneMatch(it -> it.contains(secret));
    }
  }
}
