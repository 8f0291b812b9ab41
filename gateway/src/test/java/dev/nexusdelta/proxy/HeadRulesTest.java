package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadRulesTest {
  @Test
  void stripsWhatIsOfOneConnectionAndWhatOnlyTheGatewaySays() {
    MultiMap from =
        headers(
            "Connection", "keep-alive, X-Secret",
            "X-Secret", "1",
            "Keep-Alive", "5",
            "TE", "trailers",
            "Transfer-Encoding", "chunked",
            "Authorization", "Bearer t",
            "X-Forwarded-For", "1.2.3.4",
            "X-Nexus-Replica", "forged",
            "Accept", "a",
            "accept", "b",
            "Idempotency-Key", "k",
            "Content-Type", "application/json");
    assertThat(toAgent(from).names())
        .containsExactlyInAnyOrder("Accept", "Idempotency-Key", "Content-Type");
    assertThat(toAgent(from).getAll("Accept")).containsExactly("a", "b");
  }

  @Test
  void aCallerCannotHaveEndToEndHeadersThatMatterStripped() {
    MultiMap from = headers("Connection", "content-type, close", "Content-Type", "x");
    assertThat(toAgent(from).get("content-type")).isEqualTo("x");
  }

  @Test
  void passesAnAgentsOwnHeadersButNotItsFraming() {
    MultiMap to = HttpHeaders.headers();
    HeadRules.toCaller(
        headers(
            "Content-Length", "5",
            "Connection", "close",
            "X-Nexus-Replica", "forged",
            "X-Nexus-Tool-Error", "division_by_zero",
            "Retry-After", "3",
            "Set-Cookie", "a",
            "Set-Cookie", "b"),
        to);
    assertThat(to.names())
        .containsExactlyInAnyOrder("X-Nexus-Tool-Error", "Retry-After", "Set-Cookie");
    assertThat(to.getAll("set-cookie")).containsExactly("a", "b");
  }

  @Test
  void takesAnOrdinaryHead() {
    assertThat(fault("POST", "/x", "Host", "localhost")).isNull();
    assertThat(fault("GET", "http://localhost/x", "Host", "LOCALHOST")).isNull();
    assertThat(fault("OPTIONS", "*", "Host", "localhost")).isNull();
    assertThat(RequestCheck.faultOf("GET", "/", HttpVersion.HTTP_1_0, headers())).isNull();
  }

  @Test
  void refusesAmbiguousHeads() {
    assertThat(fault("GET", "/")).isNotNull();
    assertThat(fault("GET", "/", "Host", "a", "host", "a")).isNotNull();
    assertThat(fault("GET", "/", "Host", "a", "Content_Length", "3")).isNotNull();
    assertThat(fault("GET", "/", "Host", "a", "transfer_encoding", "x")).isNotNull();
    assertThat(fault("GET", "http://b/", "Host", "a")).isNotNull();
    assertThat(fault("GET", "a", "Host", "a")).isNotNull();
    assertThat(fault("GET", "*", "Host", "a")).isNotNull();
  }

  @Test
  void refusesUnknownMethodsAndTooManyHeaders() {
    Problem method = fault("BREW", "/", "Host", "a");
    assertThat(codeOf(method)).isEqualTo(ProblemCode.NOT_IMPLEMENTED);
    MultiMap many = headers("Host", "a");
    for (int i = 0; i < 100; i++) {
      many.add("x-" + i, "1");
    }
    Problem tooMany = RequestCheck.faultOf("GET", "/", HttpVersion.HTTP_1_1, many);
    assertThat(codeOf(tooMany)).isEqualTo(ProblemCode.HEADERS_TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource({"1500ms,1500", "2s,2000", " 2s ,2000", "1m,60000", "999999999ms,999999999"})
  void readsATimeout(String text, long millis) {
    assertThat(TimeLimit.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "5", "-1s", "1.5s", "0ms", "1h", "1 s", "1000000000s", "٣s"})
  void refusesWhatIsNoTimeout(String text) {
    assertThat(TimeLimit.parse(text)).isNull();
  }

  @Test
  void tightensButNeverLoosensALimit() {
    TimeLimit limit = TimeLimit.of(Duration.ofSeconds(30), "limits.timeout");
    assertThat(limit.tightenedBy(Duration.ofSeconds(40), "header", false)).isEqualTo(limit);
    TimeLimit tight = limit.tightenedBy(Duration.ofMillis(1500), "header", false);
    assertThat(tight.own()).isFalse();
    assertThat(tight.text()).isEqualTo("1500ms");
    assertThat(limit.text()).isEqualTo("30s");
  }

  @Test
  void keepsSaneIdsAndMakesNewOnes() {
    TraceIds ids = new TraceIds(new Random(1));
    assertThat(ids.requestId("abc-1:2_3.x")).isEqualTo("abc-1:2_3.x");
    assertThat(ids.requestId("a b")).matches("[0-9a-f]{16}");
    assertThat(ids.requestId("a".repeat(129))).matches("[0-9a-f]{16}");
    assertThat(ids.requestId(null)).isNotEqualTo(ids.requestId(""));
  }

  @Test
  void keepsAWellFormedTraceAndStartsOneOtherwise() {
    TraceIds ids = new TraceIds(new Random(1));
    String given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(ids.traceparent(given)).isEqualTo(given);
    assertThat(ids.traceparent("cc" + given.substring(2) + "-more")).endsWith("-more");
    for (String bad :
        new @Nullable String[] {
          null, "", "00-x", given + "-more", "ff" + given.substring(2), given.replace('a', 'A')
        }) {
      assertThat(ids.traceparent(bad)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }
    assertThat(ids.traceparent("00-" + "0".repeat(32) + "-b7ad6b7169203331-01"))
        .doesNotContain("-00000000000000000000000000000000-");
  }

  private static MultiMap toAgent(MultiMap from) {
    MultiMap to = HttpHeaders.headers();
    HeadRules.toAgent(from, to::add);
    return to;
  }

  private static @Nullable ProblemCode codeOf(@Nullable Problem problem) {
    return problem == null ? null : problem.code();
  }

  private static @Nullable Problem fault(String method, String target, String... headers) {
    return RequestCheck.faultOf(method, target, HttpVersion.HTTP_1_1, headers(headers));
  }

  private static MultiMap headers(String... pairs) {
    MultiMap headers = HttpHeaders.headers();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }
}
