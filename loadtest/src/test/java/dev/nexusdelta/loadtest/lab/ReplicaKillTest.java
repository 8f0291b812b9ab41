package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaKillTest {
  @TempDir private Path folder;

  private Optional<String> kill(String replicas) throws Exception {
    HttpServer gateway =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/api/v1/agents/X/replicas",
        exchange -> {
          byte[] body = ("{\"replicas\":[" + replicas + "]}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gateway.start();
    try {
      Path key = Files.writeString(folder.resolve("key"), "k\n");
      String url = "http://127.0.0.1:" + gateway.getAddress().getPort();
      AdminApi admin = AdminApi.open(url, Optional.of(key)).orElseThrow();
      return new ReplicaKill(admin, new SplittableRandom(1)).one("X");
    } finally {
      gateway.stop(0);
    }
  }

  private static String replica(String id, String state) {
    return "{\"id\":\"" + id + "\",\"state\":\"" + state + "\"}";
  }

  private static Process process(String replica) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sleep", "60");
    builder.environment().put("AGENT_REPLICA", replica);
    return builder.start();
  }

  @Test
  void killsOnlyAHealthyReplicaByItsOwnEnvironment() throws Exception {
    Process good = process("x-1");
    Process other = process("y-1");
    try {
      assertThat(kill(replica("x-1", "starting"))).isEmpty();
      assertThat(kill(replica("x-9", "healthy"))).isEmpty();
      assertThat(other.isAlive() && good.isAlive()).isTrue();
      assertThat(kill(replica("x-9", "healthy") + "," + replica("x-1", "healthy"))).contains("x-1");
      assertThat(good.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(good.exitValue()).isEqualTo(128 + 9);
      assertThat(other.isAlive()).isTrue();
    } finally {
      good.destroyForcibly();
      other.destroyForcibly();
    }
  }
}
