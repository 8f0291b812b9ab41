package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where a card may not lead, at a whole gateway with loose lists: when it is registered, and when
 * its name stands for another address later. Names are those of a file that the test writes.
 */
@Timeout(120)
class PlacesIT {
  private static final int NAMES = 17;

  /** Stands for nothing, and must not do so later either: that it did not is remembered a while. */
  private static final String NOWHERE = name(NAMES - 1);

  /** What a name may come to stand for. */
  private static final List<String> INSIDE =
      List.of(
          "169.254.169.254",
          "fd00:ec2::254",
          "::ffff:169.254.169.254",
          "2002:a9fe:a9fe::1",
          "64:ff9b::a9fe:a9fe",
          "127.0.0.1",
          "127.9.9.9",
          "::1",
          "::ffff:127.0.0.1",
          "2002:7f00:1::1",
          "64:ff9b::7f00:1",
          "0.0.0.0",
          "::",
          "10.0.0.7");

  /** Where somebody listens on this machine. */
  private record Ports(String gateway, String replica, String free) {}

  /** Whoever is called in spite of all. */
  private static HttpServer bystander(AtomicInteger calls) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        call -> {
          calls.incrementAndGet();
          call.sendResponseHeaders(200, -1);
          call.close();
        });
    server.start();
    return server;
  }

  private static JsonObject card(String name, String address) {
    return new JsonObject()
        .put("name", name)
        .put("purpose", "Tries its luck")
        .put("category", "utility")
        .put("model", "gpt-4")
        .put("tools", new JsonArray().add("try"))
        .put("api_endpoint", address);
  }

  private static HttpResponse<String> register(Workspace workspace, String name, String address)
      throws Exception {
    return workspace.ask("POST", "/marketplace/agents", card(name, address));
  }

  private static void hosts(Path file, Map<String, String> names) throws IOException {
    Path next = file.resolveSibling("hosts.next");
    Files.writeString(
        next,
        names.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
            .collect(Collectors.joining("", "127.0.0.1 localhost\n", "")));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String name(int index) {
    return "agent-" + index + ".example";
  }

  private static Workspace gateway(Path hosts) throws Exception {
    Workspace workspace = Workspace.open();
    workspace.env("NEXUS_JAVA_OPTS", "-Dsun.net.inetaddr.ttl=0 -Djdk.net.hosts.file=" + hosts);
    workspace.env(
        "NEXUS_MARKETPLACE_ALLOW",
        IntStream.range(0, NAMES).mapToObj(PlacesIT::name).collect(Collectors.joining(","))
            + ",2002::/16,64:ff9b::/96,fd00::/8,169.254.0.0/16");
    workspace.addSample("textagent");
    workspace.typeWell("./nexus up -d");
    return workspace;
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  /** An address of a replica of TextAgent. */
  private static String replica(Workspace workspace) throws Exception {
    return workspace
        .admin("/agents/textagent/replicas")
        .getJsonArray("replicas")
        .getJsonObject(0)
        .getString("address");
  }

  @Test
  void noCardLeadsInside() throws Exception {
    Path hosts = Files.createTempFile("nexus-it-hosts", "");
    hosts(hosts, Map.of(name(0), "203.0.113.9", name(1), "127.0.0.1", name(2), "10.0.0.7"));
    AtomicInteger calls = new AtomicInteger();
    HttpServer bystander = bystander(calls);
    try (Workspace workspace = gateway(hosts)) {
      Ports ports =
          new Ports(
              port(workspace.url()),
              port(replica(workspace)),
              String.valueOf(bystander.getAddress().getPort()));
      for (String address : refusedWhenRegistered(ports)) {
        HttpResponse<String> answer = register(workspace, "Evil", address);
        assertThat(answer.statusCode()).as(address + ": " + answer.body()).isEqualTo(422);
        JsonObject first = new JsonObject(answer.body()).getJsonArray("errors").getJsonObject(0);
        assertThat(first.getString("pointer")).as(address).isEqualTo("/api_endpoint");
        assertThat(answer.body()).doesNotContain("geheim");
      }
      assertThat(workspace.admin("/agents").encode()).doesNotContain("Evil");
      namesThatTurnInsideAreNotCalled(workspace, hosts, ports);
      assertThat(calls).hasValue(0);
    } finally {
      bystander.stop(0);
      Files.deleteIfExists(hosts);
    }
  }

  private static List<String> refusedWhenRegistered(Ports ports) {
    return List.of(
        // Metadata, in all its writings.
        "http://169.254.169.254",
        "http://[fd00:ec2::254]",
        "http://2852039166",
        "http://0251.0376.0251.0376",
        "http://0xa9fea9fe",
        "http://0xa9.0xfe.0xa9.0xfe",
        "http://169.254.43518",
        "http://[::ffff:169.254.169.254]",
        "http://[::ffff:a9fe:a9fe]",
        "http://[2002:a9fe:a9fe::1]",
        "http://[64:ff9b::a9fe:a9fe]",
        // Loopback, in those that not everybody reads alike.
        "http://127.1:" + ports.free(),
        "http://2130706433:" + ports.free(),
        "http://017700000001:" + ports.free(),
        "http://0x7f000001:" + ports.free(),
        "http://0177.0.0.1:" + ports.free(),
        "http://0.0.0.0:" + ports.free(),
        "http://[::]:" + ports.free(),
        "http://[2002:7f00:1::1]:" + ports.free(),
        "http://[64:ff9b::7f00:1]:" + ports.free(),
        // The gateway, its replicas.
        "http://127.0.0.1:" + ports.gateway(),
        "http://localhost:" + ports.gateway(),
        "http://localhost.:" + ports.gateway(),
        "http://LOCALHOST:" + ports.gateway(),
        "http://127.9.9.9:" + ports.gateway(),
        "http://[::1]:" + ports.gateway(),
        "http://[::ffff:127.0.0.1]:" + ports.gateway(),
        "http://127.0.0.1:" + ports.gateway() + "/execute",
        "http://127.0.0.1:" + ports.replica(),
        "http://localhost.:" + ports.replica(),
        "http://[::ffff:7f00:1]:" + ports.replica(),
        // Names: not listed, unknown, inside though listed.
        "http://others.example:9000",
        "http://" + NOWHERE + ":9000",
        "http://" + name(1) + ":" + ports.free(),
        "http://" + name(2) + ":9000",
        "http://sub." + name(0) + ":9000",
        "http://" + name(0) + "..:9000",
        "http://10.0.0.7:9000",
        // Users, fragments, schemes.
        "http://user:geheim@203.0.113.9:9000",
        "http://" + name(0) + "@127.0.0.1:" + ports.free(),
        "http://" + name(0) + ":9000@127.0.0.1:" + ports.free(),
        "http://127.0.0.1:" + ports.free() + "#@" + name(0),
        "http://127.0.0.1:" + ports.free() + "?@" + name(0),
        "https://" + name(0) + ":9000",
        "ftp://" + name(0) + ":9000",
        "file:///etc/passwd",
        "container://TextAgent");
  }

  /** All turn at once, so that one round of resolution is waited for. */
  private static void namesThatTurnInsideAreNotCalled(Workspace workspace, Path hosts, Ports ports)
      throws Exception {
    List<String[]> turns = new ArrayList<>();
    for (String inside : INSIDE) {
      turns.add(new String[] {inside, ports.free()});
    }
    turns.add(new String[] {"127.0.0.1", ports.gateway()});
    turns.add(new String[] {"127.0.0.1", ports.replica()});
    assertThat(turns).hasSizeLessThan(NAMES);
    Map<String, String> outside = new LinkedHashMap<>();
    Map<String, String> turned = new LinkedHashMap<>();
    for (int i = 0; i < turns.size(); i++) {
      outside.put(name(i), "203.0.113.9");
      turned.put(name(i), turns.get(i)[0]);
    }
    hosts(hosts, outside);
    for (int i = 0; i < turns.size(); i++) {
      String address = "http://" + name(i) + ":" + turns.get(i)[1];
      HttpResponse<String> made = register(workspace, "Evil" + i, address);
      assertThat(made.statusCode()).as(address + ": " + made.body()).isEqualTo(201);
    }
    hosts(hosts, turned);
    for (int i = 0; i < turns.size(); i++) {
      String row = String.join(" ", turns.get(i));
      String agent = "/agents/evil" + i;
      Workspace.await(
          "a refusal of " + row,
          Duration.ofSeconds(20),
          () -> reason(workspace, agent).contains("is not called"));
      HttpResponse<String> call = workspace.call("evil" + i, "{\"tool_name\":\"try\"}");
      assertThat(call.statusCode()).as(row + ": " + call.body()).isEqualTo(503);
    }
  }

  private static String reason(Workspace workspace, String agent) {
    try {
      return workspace.admin(agent).getJsonObject("status").getString("reason", "");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
