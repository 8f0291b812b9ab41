package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An agent of somebody else whose card says that its tool may be called twice, and of whose two
 * replicas whichever is called first cuts the call off.
 */
@Timeout(120)
class HintsIT {
  private static final String NAME = "agents.example";
  private static final String CUT = "{\"tool_name\":\"cut\",\"parameters\":{}}";

  private final AtomicInteger executed = new AtomicInteger();

  /** Every second call is answered. */
  private void serve(RawUpstream.Connection connection) throws IOException {
    for (String request = connection.read(); request != null; request = connection.read()) {
      if (!request.contains("cut")) {
        connection.answer(request.startsWith("GET /health") ? 200 : 404, "{}");
      } else if (executed.incrementAndGet() % 2 == 0) {
        connection.answer(200, "{\"result\":2}");
      } else {
        return;
      }
    }
  }

  private static JsonObject card(int port) {
    return new JsonObject()
        .put("name", "Cutter")
        .put("purpose", "Cuts calls off")
        .put("category", "utility")
        .put("model", "gpt-4")
        .put(
            "tools",
            new JsonArray().add(new JsonObject().put("name", "cut").put("idempotent", true)))
        .put("api_endpoint", "http://" + NAME + ":" + port);
  }

  private static void up(Workspace workspace) throws Exception {
    workspace.typeWell("./nexus up -d");
    Workspace.await("both replicas", Duration.ofSeconds(30), () -> ready(workspace) == 2);
  }

  private static int ready(Workspace workspace) {
    try {
      return workspace.admin("/agents/cutter").getJsonObject("status").getInteger("ready");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void permitNoSecondCallUnlessTheOperatorTrustsThem() throws Exception {
    Path hosts = Files.createTempFile("nexus-it-hosts", "");
    Files.writeString(hosts, "127.0.0.1 " + NAME + "\n127.0.0.2 " + NAME + "\n");
    try (RawUpstream one = new RawUpstream(this::serve);
        RawUpstream two = new RawUpstream("127.0.0.2", one.port(), this::serve);
        Workspace workspace = Workspace.open()) {
      workspace
          .env("NEXUS_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts)
          .env("NEXUS_MARKETPLACE_ALLOW", NAME + ",127.0.0.0/8");
      Files.createDirectories(workspace.folder().resolve("agents"));
      Files.writeString(workspace.folder().resolve("card.json"), card(one.port()).encode());
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus register --card card.json");
      up(workspace);
      assertThat(shown(workspace)).isFalse();
      HttpResponse<String> once = workspace.call("cutter", CUT);
      assertThat(once.statusCode()).as(once.body()).isEqualTo(502);
      assertThat(once.headers().firstValue("x-nexus-attempts")).isEmpty();
      assertThat(executed).hasValue(1);
      executed.set(0);

      workspace.typeWell("./nexus down");
      workspace.env("NEXUS_MARKETPLACE_TRUST_HINTS", "true");
      up(workspace);
      assertThat(shown(workspace)).isTrue();
      HttpResponse<String> twice = workspace.call("cutter", CUT);
      assertThat(twice.statusCode()).as(twice.body()).isEqualTo(200);
      assertThat(twice.headers().firstValue("x-nexus-attempts")).contains("2");
      assertThat(executed).hasValue(2);
    } finally {
      Files.deleteIfExists(hosts);
    }
  }

  private static boolean shown(Workspace workspace) throws Exception {
    return workspace.admin("/marketplace/agents/cutter").getBoolean("hintsTrusted");
  }
}
