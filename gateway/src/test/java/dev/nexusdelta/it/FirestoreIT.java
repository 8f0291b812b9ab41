package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway whose registry is mirrored in a real emulator. */
class FirestoreIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String MEAN =
      "{\"tool_name\":\"process_data\",\"parameters\":{\"data\":[1,3]}}";

  @TempDir Path folder;

  @Test
  void editsOfBothSidesMeetAcrossOutagesAndKills() throws Exception {
    try (FirestoreEmulator firestore = new FirestoreEmulator(folder);
        Workspace workspace = mirrored(firestore)) {
      workspace.env("NEXUS_TEST_CANARY", "canary-4711").addSample("dataagent");
      Files.writeString(
          workspace.folder().resolve("agents/dataagent/agent.yaml"),
          "env: {LEVEL: \"${env:NEXUS_TEST_CANARY}\"}\n",
          StandardOpenOption.APPEND);
      workspace.typeWell("./nexus up -d");
      await("synced", () -> state(workspace).equals("synced"));
      String document = firestore.document("dataagent").orElseThrow().encode();
      assertThat(document).contains("${env:NEXUS_TEST_CANARY}").doesNotContain("canary-4711");

      firestore.purpose("dataagent", "by the console");
      await("here", () -> description(workspace).equals("by the console"));

      // An edit that never reached Firestore, and another one there meanwhile.
      firestore.freeze();
      describe(workspace, "mine");
      kill(workspace);
      firestore.thaw();
      firestore.purpose("dataagent", "by the console again");
      workspace.typeWell("./nexus up -d");
      await("theirs", () -> description(workspace).equals("by the console again"));
      assertThat(workspace.typeWell("./nexus sync superseded DataAgent").out()).contains("mine");
      assertThat(workspace.typeWell("./nexus events").out()).contains("agent.superseded");
      workspace.typeWell("./nexus sync restore DataAgent");
      await("restored there", () -> firestore.purpose("dataagent").equals("mine"));

      // Started while there is no Firestore: serves, says so, and catches up.
      firestore.stop();
      describe(workspace, "in the outage");
      kill(workspace);
      workspace.typeWell("./nexus up -d");
      assertThat(workspace.call("dataagent", MEAN).body()).contains("\"mean\":2");
      await("degraded", () -> state(workspace).equals("degraded"));
      assertThat(workspace.typeWell("./nexus describe DataAgent").out())
          .contains("Sync:     pending; the registry is degraded, 1 agent waits");
      assertThat(workspace.typeWell("./nexus sync").out()).startsWith("degraded");
      firestore.start();
      await("caught up", () -> firestore.purpose("dataagent").equals("in the outage"));
      await("synced", () -> state(workspace).equals("synced"));
      assertThat(workspace.type("./nexus sync confirm-deletions").code()).isEqualTo(4);
    }
  }

  @Test
  void whoIsTrustedFullyMakesAndDeletesAgents() throws Exception {
    HttpServer elsewhere = agent();
    try (FirestoreEmulator firestore = new FirestoreEmulator(folder);
        Workspace workspace = mirrored(firestore)) {
      workspace.env("NEXUS_REGISTRY_FIRESTORE_TRUST", "full");
      workspace.typeWell("./nexus up -d");
      firestore.write(
          "far", document("Far", "http://127.0.0.1:" + elsewhere.getAddress().getPort()));
      await("called", () -> answer(workspace).contains("from afar"));
      firestore.write("metadata", document("Metadata", "http://169.254.169.254"));
      await("refused", () -> !registry(workspace).getJsonArray("refused").isEmpty());
      assertThat(workspace.typeWell("./nexus sync").out())
          .contains("http://169.254.169.254 is not called: no agent listens at such an address");
      firestore.write("itself", document("Itself", workspace.url()));
      await("refused too", () -> registry(workspace).getJsonArray("refused").size() == 2);
      assertThat(workspace.typeWell("./nexus sync").out()).contains("that is the gateway itself");
      assertThat(workspace.admin("/agents").getJsonArray("agents")).hasSize(1);

      firestore.stop();
      firestore.start();
      await("held", () -> state(workspace).equals("held"));
      assertThat(answer(workspace)).contains("from afar");
      assertThat(workspace.typeWell("./nexus events").out()).contains("registry.held");
      workspace.typeWell("./nexus sync confirm-deletions");
      await("deleted", () -> agents(workspace).isEmpty());
    } finally {
      elsewhere.stop(0);
    }
  }

  private static Workspace mirrored(FirestoreEmulator firestore) throws Exception {
    return Workspace.open()
        .env("NEXUS_REGISTRY_FIRESTORE_PROJECT", FirestoreEmulator.PROJECT)
        .env("NEXUS_REGISTRY_FIRESTORE_EMULATOR", firestore.address());
  }

  private static JsonObject document(String name, String url) {
    return new JsonObject()
        .put("schema", 1)
        .put("name", name)
        .put("revision", 1)
        .put("enabled", true)
        .put("deleted", false)
        .put("card", new JsonObject().put("purpose", "runs elsewhere"))
        .put(
            "manifest",
            new JsonObject().put("run", new JsonObject().put("url", new JsonArray().add(url))));
  }

  /** One that runs elsewhere. */
  private static HttpServer agent() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = "{\"result\":\"from afar\"}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static void describe(Workspace workspace, String description) throws Exception {
    JsonObject answer =
        workspace.patch("/agents/dataagent", new JsonObject().put("description", description));
    assertThat(answer.getString("sync")).isEqualTo("pending");
  }

  private static void kill(Workspace workspace) throws Exception {
    ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
    gateway.destroyForcibly();
    gateway.onExit().get(10, TimeUnit.SECONDS);
  }

  private static String answer(Workspace workspace) {
    return tried(() -> workspace.call("far", MEAN).body());
  }

  private static String description(Workspace workspace) {
    return tried(
        () ->
            workspace
                .admin("/agents/dataagent")
                .getJsonObject("spec")
                .getString("description", ""));
  }

  private static JsonArray agents(Workspace workspace) {
    return new JsonArray(tried(() -> workspace.admin("/agents").getJsonArray("agents").encode()));
  }

  private static String state(Workspace workspace) {
    return registry(workspace).getString("sync");
  }

  private static JsonObject registry(Workspace workspace) {
    return new JsonObject(
        tried(() -> workspace.admin("/cluster").getJsonObject("registry").encode()));
  }

  private interface Question {
    String ask() throws Exception;
  }

  private static String tried(Question question) {
    try {
      return question.ask();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Workspace.await(what, SOON, condition);
  }
}
