package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.LogLine;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, each with replicas of the same agent, that all know each other. */
@Tag("long")
class ClusterLogsTest {
  private static final String LOGS = "/api/v1/agents/echo/logs";
  private static final String FOLLOW = LOGS + "?follow=true";

  @TempDir Path root;
  private Plane a;
  private Plane b;
  private Plane c;

  @BeforeEach
  void start() throws Exception {
    a = plane("a");
    b = plane("b");
    c = plane("c");
    know(a, "b", b);
    know(a, "c", c);
    know(b, "a", a);
    know(b, "c", c);
    know(c, "a", a);
    know(c, "b", b);
  }

  private Plane plane(String name) throws Exception {
    Plane plane = new Plane(Files.createDirectory(root.resolve(name)));
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
    return plane;
  }

  private static void know(Plane one, String name, Plane other) {
    one.others.ports.put(name, other.asked);
  }

  @AfterEach
  void stop() throws Exception {
    a.close();
    b.close();
    c.close();
  }

  private static LogLine line(int second, String replica, String text) {
    return new LogLine(FakeFleet.NOW.plusSeconds(second), replica, text);
  }

  private static List<JsonObject> lines(Plane plane, String path) {
    Plane.Answer answer = plane.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text().lines().map(JsonObject::new).toList();
  }

  private static List<String> texts(Plane plane, String path) {
    return lines(plane, path).stream().map(line -> line.getString("text")).toList();
  }

  private void write() {
    a.fleet.lines.addAll(List.of(line(1, "echo-1", "one"), line(4, "echo-1", "four")));
    b.fleet.lines.addAll(List.of(line(2, "echo-2", "two"), line(5, "echo-2", "five")));
    c.fleet.lines.addAll(List.of(line(3, "echo-3", "three"), line(6, "echo-3", "six")));
  }

  @Test
  void anyoneTellsTheLinesOfAll() {
    write();
    for (Plane each : List.of(a, b, c)) {
      assertThat(texts(each, LOGS)).containsExactly("one", "two", "three", "four", "five", "six");
      assertThat(texts(each, LOGS + "?tail=2")).containsExactly("five", "six");
    }
    assertThat(lines(a, LOGS).get(1))
        .isEqualTo(
            new JsonObject()
                .put("at", "2026-01-01T00:00:02Z")
                .put("replica", "echo-2")
                .put("text", "two"));
  }

  @Test
  void whoIsAskedByAnotherAsksNobody() {
    write();
    lines(a, LOGS);
    try (StreamCaller caller = new StreamCaller(a, FOLLOW)) {
      assertThat(caller.next("{")).contains("one");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(a.others.asked).hasValue(4);
    assertThat(b.others.asked).hasValue(0);
    assertThat(c.others.asked).hasValue(0);
  }

  @Test
  void passesOnWhichLinesAreWanted() {
    b.fleet.lines.addAll(
        IntStream.range(0, 300).mapToObj(i -> line(i, "echo-2", "line " + i)).toList());
    assertThat(lines(a, LOGS)).hasSize(100);
    assertThat(lines(a, LOGS + "?tail=200")).hasSize(200);
    assertThat(texts(a, LOGS + "?tail=0")).isEmpty();
  }

  @Test
  void tellsWhoseLinesAreMissing() throws Exception {
    write();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int closed;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        closed = free.getLocalPort();
      }
      a.others.ports.put("dead", closed);
      a.others.ports.put("frozen", silent.getLocalPort());
      a.others.away.add("gone");
      c.fleet.trouble = Optional.of("the engine is down");
      List<JsonObject> all = lines(a, LOGS + "?tail=3");
      assertThat(all.subList(0, 3))
          .extracting(line -> line.getString("text"))
          .containsExactly("two", "four", "five");
      List<JsonObject> missing = all.subList(3, all.size());
      assertThat(missing)
          .extracting(line -> line.getString("gateway"))
          .containsExactly("c", "dead", "frozen", "gone");
      assertThat(missing)
          .allSatisfy(
              line -> {
                assertThat(line.getString("replica")).isEmpty();
                assertThat(line.getString("text"))
                    .startsWith("… (lines of " + line.getString("gateway") + " are missing: ");
              });
      assertThat(missing.get(2).getString("text")).contains("has not answered within 3 s");
      assertThat(missing.get(3).getString("text")).contains("is not there");
    }
  }

  @Test
  void anEngineThatIsAwayHereTakesOnlyTheLinesOfItsOwn() throws Exception {
    write();
    a.fleet.trouble = Optional.of("the engine is down");
    assertThat(texts(a, LOGS))
        .containsExactly(
            "two", "three", "five", "six", "… (lines of gw are missing: the engine is down)");
    try (StreamCaller caller = new StreamCaller(a, FOLLOW)) {
      assertThat(caller.next("{")).contains("two");
    }
    a.others.ports.clear();
    assertThat(a.get(LOGS).status()).isEqualTo(503);
    assertThat(a.get(FOLLOW).status()).isEqualTo(503);
  }

  @Test
  void refusesAnswersOfWhomIsNoGateway() {
    a.others.ports.put("b", b.port);
    a.others.ports.put("c", c.asked);
    write();
    assertThat(texts(a, LOGS))
        .containsExactly(
            "one", "three", "four", "six", "… (lines of b are missing: it answers 401)");
  }

  @Test
  void followsAll() throws Exception {
    write();
    try (StreamCaller caller = new StreamCaller(a, FOLLOW)) {
      for (String text : List.of("one", "two", "three", "four", "five", "six")) {
        assertThat(caller.next("{")).contains('"' + text + '"');
      }
      b.fleet.followers.forEach(follower -> follower.accept(line(7, "echo-2", "seven")));
      assertThat(caller.next("{")).contains("echo-2", "seven");
      a.fleet.followers.forEach(follower -> follower.accept(line(8, "echo-1", "eight")));
      assertThat(caller.next("{")).contains("echo-1", "eight");
      c.fleet.followers.forEach(follower -> follower.accept(line(9, "echo-3", "nine")));
      assertThat(caller.next("{")).contains("echo-3", "nine");
    }
    for (Plane each : List.of(a, b, c)) {
      Plane.until("nobody follows", () -> each.control.followers() == 0);
      Plane.until("unsubscribed", each.fleet.followers::isEmpty);
    }
  }

  @Test
  void tellsWhenOneEndsAndWhenItIsBack() throws Exception {
    try (StreamCaller caller = new StreamCaller(a, FOLLOW);
        Plane next = plane("next")) {
      Plane.until("followed", () -> !b.fleet.followers.isEmpty());
      a.others.ports.remove("c");
      a.others.away.add("c");
      assertThat(caller.next("{")).contains("lines of c are missing: it is not there any more");
      Plane.until("unsubscribed", c.fleet.followers::isEmpty);
      b.control.close();
      assertThat(caller.next("{")).contains("lines of b are missing: it has ended");
      know(a, "b", next);
      assertThat(caller.next("{")).contains("lines of b follow from here");
      next.fleet.followers.forEach(follower -> follower.accept(line(1, "echo-2", "new")));
      assertThat(caller.next("{")).contains("new");
      know(a, "c", c);
      assertThat(caller.next("{")).contains("lines of c follow from here");
    }
  }

  @Test
  void linesWaitWithTheirGatewayForWhoReadsSlowly() throws Exception {
    a.others.ports.remove("c");
    try (StreamCaller caller = new StreamCaller(a, FOLLOW)) {
      caller.next("HTTP/1.1 200");
      Plane.until("followed", () -> !b.fleet.followers.isEmpty());
      b.fleet.followers.forEach(follower -> follower.accept(line(1, "echo-2", "first")));
      assertThat(caller.next("{")).contains("first");
      String text = "x".repeat(4_000);
      // Until it is b that cuts off: a holds no more than a part, and waits.
      Plane.until(
          "cut off",
          () -> {
            b.fleet.followers.forEach(
                follower ->
                    IntStream.range(0, 100).forEach(i -> follower.accept(line(2, "echo-2", text))));
            return b.fleet.followers.isEmpty();
          });
      assertThat(a.control.followers()).isEqualTo(1);
      assertThat(caller.next("{\"at\":\"2026-01-01T00:00:00Z\""))
          .contains("lines of b are missing");
      assertThat(caller.next("{")).contains("lines of b follow from here");
    }
  }

  @Test
  void manyWhoComeAndGoLeaveNothing() throws Exception {
    write();
    for (int i = 0; i < 200; i++) {
      try (StreamCaller caller = new StreamCaller(a, FOLLOW)) {
        if (i % 2 == 0) {
          caller.next("{");
        }
      }
    }
    for (Plane each : List.of(a, b, c)) {
      Plane.until("nobody follows", () -> each.control.followers() == 0);
      Plane.until("unsubscribed", each.fleet.followers::isEmpty);
    }
  }
}
