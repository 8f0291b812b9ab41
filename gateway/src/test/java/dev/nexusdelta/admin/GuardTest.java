package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
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

  @Test
  void everyRouteThatIsNotOpenNeedsTheToken() {
    int guarded = 0;
    for (Routes.Route route : plane.control.routes()) {
      String path =
          route
              .path()
              .replace("{name}", "echo")
              .replace("{id}", "1")
              .replace("{requestId}", "1")
              .replace("{key}", "1")
              .replace("{revision}", "1");
      Answer answer = plane.bare(route.method().name(), path, Map.of());
      assertThat(route.open()).as(path).isEqualTo(!path.startsWith("/api"));
      if (!route.open()) {
        guarded++;
        assertThat(answer.status()).as(route.method() + " " + path).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.json().getString("code")).isEqualTo("unauthorized");
      } else {
        assertThat(answer.status()).as(path).isEqualTo(200);
      }
    }
    assertThat(guarded).isGreaterThan(15);
  }

  @Test
  void tellsNothingOfTheApiWithoutTheToken() {
    for (String path :
        new String[] {
          "/api",
          "/api/",
          "/api/v1/none",
          "/api/v1/agents/",
          "//api/v1/agents",
          "/x/../api/v1/agents",
          "/%61pi/v1/agents",
          "/api/v1/%61gents"
        }) {
      assertThat(plane.bare("GET", path, Map.of()).status()).as(path).isIn(401, 404);
      assertThat(plane.bare("PUT", path, Map.of()).status()).as(path).isIn(401, 404);
    }
    assertThat(plane.bare("DELETE", "/api/v1/agents/echo", Map.of()).status()).isEqualTo(401);
  }

  @Test
  void answersWrongAndMissingTokensAlike() {
    Answer missing = plane.bare("GET", "/api/v1/agents", Map.of("X-Request-Id", "same"));
    Answer wrong =
        plane.bare(
            "GET",
            "/api/v1/agents",
            Map.of("X-Request-Id", "same", "Authorization", "Bearer " + "x".repeat(47)));
    Answer other =
        plane.bare(
            "GET",
            "/api/v1/agents",
            Map.of("X-Request-Id", "same", "Authorization", "Basic " + plane.token));
    assertThat(missing.status()).isEqualTo(401);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text()).isEqualTo(missing.text());
    assertThat(other.text()).isEqualTo(missing.text());
    assertThat(missing.header("X-Request-Id")).isEqualTo("same");
  }

  @Test
  void slowsGuessersDownAndNotTheOperator() {
    int last = 0;
    for (int i = 0; i < 25; i++) {
      last =
          plane.bare("GET", "/api/v1/agents", Map.of("Authorization", "Bearer guess" + i)).status();
    }
    assertThat(last).isEqualTo(429);
    assertThat(plane.get("/api/v1/agents").status()).isEqualTo(200);
    plane.nanos.addAndGet(60_000_000_000L);
    assertThat(
            plane.bare("GET", "/api/v1/agents", Map.of("Authorization", "Bearer again")).status())
        .isEqualTo(401);
  }

  @Test
  void remembersABoundedNumberOfSources() {
    BadTokens bad = new BadTokens(() -> 0);
    for (int i = 0; i < 5_000; i++) {
      bad.count("source-" + i);
    }
    assertThat(bad.sources()).isEqualTo(1_024);
  }

  @Test
  void servesOwnNamesOnly() throws Exception {
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: localhost:9\r\n")).contains("200");
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: gw.test\r\n")).contains("200");
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: [::1]:8080\r\n")).contains("200");
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: [::1]\r\n")).contains("200");
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: localhost.evil.test\r\n")).contains("421");
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: evil.test\r\n")).contains("421");
    assertThat(raw("GET /api/v1/agents HTTP/1.1\r\nHost: evil.test\r\n")).contains("421");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.test\r\n"))
        .contains("403");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"))
        .contains("200");
  }

  private String raw(String head) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plane.port)) {
      socket.setSoTimeout((int) Plane.PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .lines()
          .limit(1)
          .collect(Collectors.joining());
    }
  }

  @Test
  void asksForABodyThatWaitsForPermission() throws Exception {
    String head =
        "POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            + "Content-Type: application/json\r\nContent-Length: ";
    String auth = "\r\nAuthorization: Bearer " + plane.token + "\r\n";
    assertThat(raw(head + "10" + auth)).contains("100 Continue");
    assertThat(raw(head + "10\r\n")).contains("401");
    assertThat(raw(head + (Bodies.LIMIT + 1) + auth)).contains("413");
    assertThat(raw("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n")).contains("404");
  }

  @Test
  void answersUnknownPathsAndMethods() {
    Answer unknown = plane.get("/api/v1/none");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().getString("code")).isEqualTo("not_found");
    assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
    Answer wrong = plane.send("POST", "/api/v1/config", "{}", Map.of());
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD");
    assertThat(plane.send("OPTIONS", "/api/v1/agents/x", null, Map.of()).header("Allow"))
        .isEqualTo("DELETE, GET, HEAD, PATCH, PUT");
    assertThat(plane.bare("POST", "/livez", Map.of()).status()).isEqualTo(405);
    assertThat(plane.bare("HEAD", "/livez", Map.of()).status()).isEqualTo(200);
    assertThat(plane.send("HEAD", "/api/v1/events", null, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void tellsWhyItIsNotReady() {
    assertThat(plane.get("/readyz").status()).isEqualTo(200);
    plane.notReady = Optional.of("the gateway is draining");
    Answer answer = plane.get("/readyz");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().getString("detail")).isEqualTo("the gateway is draining");
    assertThat(plane.get("/livez").status()).isEqualTo(200);
  }

  @Test
  void showsAnOverviewToPeopleAndPrograms() {
    plane.post(
        "/api/v1/agents", Plane.manifest("Echo").put("description", "<script>alert(1)</script>"));
    Answer program = plane.bare("GET", "/", Map.of("Accept", "*/*"));
    assertThat(program.json().getString("version")).isEqualTo("1.2.3");
    assertThat(program.json().getJsonArray("agents").getJsonObject(0).getString("endpoint"))
        .isEqualTo("/agents/echo/execute");
    Answer person = plane.bare("GET", "/", Map.of("Accept", "text/html,*/*;q=0.8"));
    assertThat(person.header("Content-Type")).startsWith("text/html");
    assertThat(person.text()).contains("Echo").doesNotContain("<script>");
    assertThat(person.header("Content-Security-Policy")).contains("default-src 'none'");
  }

  @Test
  void endsTheGatewayAfterTheAnswer() {
    assertThat(plane.send("POST", "/api/v1/shutdown", "{\"agents\":1}", Map.of()).status())
        .isEqualTo(422);
    Answer answer = plane.send("POST", "/api/v1/shutdown", "{\"agents\":true}", Map.of());
    assertThat(answer.status()).isEqualTo(202);
    Plane.until("told to shut down", () -> plane.shutdowns.contains(true));
    assertThat(plane.shutdowns).hasSize(1);
    assertThat(plane.fleet.events.recent())
        .extracting(event -> event.type() + " " + event.by())
        .containsExactly("gateway.stopping api");
  }
}
