package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nexusdelta.app.handover.Predecessor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One gateway takes over from another; both in this process, with an agent that runs elsewhere. */
class HandOverIT {
  /** Answers to a restart of whoever owns the registry: it has ended already, or not yet. */
  private static final List<Integer> OWNED = List.of(200, 202);

  @TempDir Path folder;

  private final List<Gateway> gateways = new ArrayList<>();
  private HttpServer agent;
  private int port;

  @BeforeEach
  void open() throws IOException {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = "{\"result\": 1}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    agent.start();
    Path home = Files.createDirectories(folder.resolve("agents/far"));
    Files.writeString(
        home.resolve("agent.yaml"),
        "name: far\nrun: {url: 'http://127.0.0.1:" + agent.getAddress().getPort() + "'}\n");
    port = freePort();
  }

  @AfterEach
  void close() {
    gateways.forEach(gateway -> gateway.shutdown(true));
    gateways.forEach(Gateway::awaitEnd);
    agent.stop(0);
  }

  @Tag("long")
  @Test
  void noCallFails() throws Exception {
    Gateway first = start(false);
    until(this::calls);
    try (Callers callers = new Callers(port, "/agents/far/execute", 100)) {
      callers.run(10);
      Gateway second = start(true);
      assertThat(first.awaitEnd()).isTrue();
      callers.run(20);
      Gateway third = start(true);
      assertThat(second.awaitEnd()).isTrue();
      callers.run(20);
      assertThat(callers.failures()).isEmpty();
      assertThat(restarted()).as("the third one owns all").isIn(OWNED);
      assertThat(third).isNotSameAs(second);
    }
  }

  @Test
  void aSuccessorThatDiesLeavesEverythingAsItWas() throws Exception {
    start(false);
    until(this::calls);
    for (int again = 0; again < 2; again++) {
      try (Predecessor predecessor = Predecessor.of(data()).orElseThrow()) {
        assertThat(predecessor.listen()).isEqualTo("127.0.0.1:" + port);
        assertThat(predecessor.release()).containsEntry("far", 1);
        assertThat(calls()).as("calls go on").isTrue();
        assertThat(restarted()).as("changes have to wait").isEqualTo(503);
        assertThat(probe()).as("it serves").isEqualTo(200);
        DataFolder.open(data()).close();
      }
      until(() -> OWNED.contains(restarted()));
      assertThat(calls()).isTrue();
    }
  }

  @Test
  void whoHasTheLockHasTheFolder() throws Exception {
    start(false);
    until(this::calls);
    Predecessor predecessor = Predecessor.of(data()).orElseThrow();
    predecessor.release();
    DataFolder successors = DataFolder.open(data());
    predecessor.close();
    for (int call = 0; call < 20; call++) {
      assertThat(calls()).isTrue();
      assertThat(restarted()).isEqualTo(503);
    }
    successors.close();
    until(() -> OWNED.contains(restarted()));
  }

  @Tag("long")
  @Test
  void onlyASuccessorMayShareThePort() throws Exception {
    Gateway first = start(false);
    assertThatThrownBy(() -> Gateway.start(settings(data(), port), world(), false))
        .hasMessageContaining("in use by another gateway");
    assertThatThrownBy(() -> Gateway.start(settings(folder.resolve("other"), port), world(), false))
        .hasMessageContaining("port " + port)
        .hasMessageContaining("is taken");
    assertThatThrownBy(() -> Gateway.start(settings(data(), freePort()), world(), true))
        .hasMessageContaining("--replace keeps the address");
    assertThat(probe()).isEqualTo(200);
    assertThat(restarted()).as("it was not disturbed").isIn(OWNED);
    first.shutdown(false);
    assertThat(first.awaitEnd()).isTrue();
    start(true);
    assertThat(restarted()).as("nothing to replace: just started").isIn(OWNED);
  }

  private Gateway start(boolean replace) throws Exception {
    Gateway gateway = Gateway.start(settings(data(), port), world(), replace);
    gateways.add(gateway);
    return gateway;
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Settings settings(Path data, int listen) {
    Map<String, String> flags = new HashMap<>();
    flags.put("listen", "127.0.0.1:" + listen);
    flags.put("cluster.port", "0");
    flags.put("data", data.toString());
    flags.put("agents", folder.resolve("agents").toString());
    return SettingsReader.read(flags, Map.of(), folder);
  }

  private Surroundings world() {
    return new Surroundings(
        folder,
        Path.of(System.getProperty("java.home")),
        Map.of(),
        InstantSource.system(),
        System::nanoTime,
        new Random(),
        ProcessHandle.current().pid(),
        4096,
        8L << 30);
  }

  private boolean calls() {
    return send("POST", "/agents/far/execute", "{\"tool_name\":\"t\",\"parameters\":{}}") == 200;
  }

  private int restarted() {
    return send("POST", "/api/v1/agents/far/restart", "{}");
  }

  private int probe() {
    return send("GET", "/readyz", "");
  }

  /** The status; 0 = no answer. */
  private int send(String method, String path, String body) {
    try {
      Path token = data().resolve("admin.token");
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                      .version(HttpClient.Version.HTTP_1_1)
                      .timeout(Duration.ofSeconds(10))
                      .header("Content-Type", "application/json")
                      .header(
                          "Authorization",
                          "Bearer " + (Files.exists(token) ? Files.readString(token).strip() : ""))
                      .method(method, BodyPublishers.ofString(body))
                      .build(),
                  BodyHandlers.ofString());
      if (answer.statusCode() == 200 && path.contains("execute")) {
        assertThat(new JsonObject(answer.body()).getInteger("result")).isEqualTo(1);
      }
      return answer.statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("came about in time").isNegative();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
