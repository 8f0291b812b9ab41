package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.host.LogLine;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTest {
  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private void event(String type) {
    plane.fleet.events.add(type, Optional.of("Echo"), Optional.empty(), "health", "because");
  }

  private static LogLine line(String text) {
    return new LogLine(FakeFleet.NOW, "echo-1", text);
  }

  @Test
  void streamsKeptAndNewEvents() throws Exception {
    event("one");
    try (StreamCaller caller = new StreamCaller(plane, "/api/v1/events")) {
      assertThat(caller.next("id:")).isEqualTo("id: 101");
      assertThat(caller.next("event:")).isEqualTo("event: one");
      assertThat(new JsonObject(caller.next("data:").substring(6)))
          .isEqualTo(
              new JsonObject()
                  .put("id", 101)
                  .put("at", "2026-01-01T00:00:00Z")
                  .put("type", "one")
                  .put("agent", "Echo")
                  .putNull("replica")
                  .put("by", "health")
                  .put("reason", "because"));
      event("two");
      assertThat(caller.next("event:")).isEqualTo("event: two");
    }
  }

  @Test
  void tellsNothingMoreToAKeyThatIsGone() throws Exception {
    String token = plane.keys.make("watcher", "read");
    String other = plane.keys.make("other", "read");
    plane.fleet.lines.add(line("before"));
    String id = plane.keys.ring().check(token, FakeFleet.NOW).key().orElseThrow().id();
    try (StreamCaller caller = StreamCaller.with(plane, token, "/api/v1/events");
        StreamCaller stays = StreamCaller.with(plane, other, "/api/v1/events");
        StreamCaller logs =
            StreamCaller.with(plane, token, "/api/v1/agents/Echo/logs?follow=true")) {
      event("before");
      assertThat(caller.next("event:")).isEqualTo("event: before");
      assertThat(stays.next("event:")).isEqualTo("event: before");
      assertThat(logs.next("{")).contains("before");
      plane.keys.remove(id);
      // Though nothing happens.
      assertThat(caller.endsProperly()).isTrue();
      assertThat(logs.endsProperly()).isTrue();
      event("after");
      assertThat(stays.next("event:")).isEqualTo("event: after");
    }
  }

  @Test
  void endsWithTheTimeOfItsKey() throws Exception {
    String token = plane.keys.make("brief", Optional.of(FakeFleet.NOW.plusMillis(100)), "read");
    try (StreamCaller caller = StreamCaller.with(plane, token, "/api/v1/events")) {
      assertThat(caller.next("HTTP/1.1 ")).contains("200");
      assertThat(caller.endsProperly()).isTrue();
    }
  }

  @Test
  void tellsWhoseEventsTheyAreAndCountsThemAsItsOwn() {
    event("one");
    plane.fleet.events.heard(
        "gw-2",
        new FleetEvent(
            7, FakeFleet.NOW, "two", Optional.of("Echo"), Optional.empty(), "host", "there"));
    List<String> lines = plane.get("/api/v1/events?follow=false").text().lines().toList();
    assertThat(lines).contains("id: 101", "id: 102", "event: two").doesNotContain("id: 7");
    JsonObject one = new JsonObject(lines.get(2).substring(6));
    JsonObject two = new JsonObject(lines.get(6).substring(6));
    assertThat(one.containsKey("gateway")).isFalse();
    assertThat(two.getString("gateway")).isEqualTo("gw-2");
    assertThat(two.getLong("id")).isEqualTo(102);
  }

  @Test
  void goesOnAfterTheLastEventSeen() throws Exception {
    event("one");
    event("two");
    event("three");
    try (StreamCaller caller =
        new StreamCaller(plane, "/api/v1/events", "Last-Event-ID: 102\r\n")) {
      assertThat(caller.next("event:")).isEqualTo("event: three");
      event("four");
      assertThat(caller.next("event:")).isEqualTo("event: four");
    }
  }

  @Test
  void resetsWhoeverComesFromElsewhere() throws Exception {
    event("one");
    for (String id : new String[] {"7", "9999", "nonsense"}) {
      try (StreamCaller caller =
          new StreamCaller(plane, "/api/v1/events", "Last-Event-ID: " + id + "\r\n")) {
        assertThat(caller.next("event:")).isEqualTo("event: reset");
        assertThat(caller.next("id:")).isEqualTo("id: " + lastId());
        assertThat(caller.next("event:")).isEqualTo("event: snapshot");
        JsonObject snapshot = new JsonObject(caller.next("data:").substring(6));
        assertThat(snapshot.getJsonArray("agents").getJsonObject(0).getString("name"))
            .isEqualTo("Echo");
        event("later");
        assertThat(caller.next("event:")).isEqualTo("event: later");
      }
    }
  }

  private long lastId() {
    return 100L + plane.fleet.events.recent().size();
  }

  @Test
  void endsAfterTheKeptEventsIfAsked() {
    event("one");
    event("two");
    String text = plane.get("/api/v1/events?follow=false").text();
    assertThat(text.lines().filter(line -> line.startsWith("event:")))
        .containsExactly("event: one", "event: two");
    assertThat(plane.get("/api/v1/events?follow=maybe").status()).isEqualTo(400);
    assertThat(plane.get("/api/v1/events?since=yesterday").status()).isEqualTo(400);
    assertThat(plane.get("/api/v1/events?follow=false&since=2027-01-01T00:00:00Z").text())
        .isEmpty();
  }

  @Test
  void answersLogLines() {
    for (int i = 0; i < 150; i++) {
      plane.fleet.lines.add(line("line " + i));
    }
    Plane.Answer all = plane.get("/api/v1/agents/echo/logs");
    assertThat(all.header("Content-Type")).isEqualTo("application/x-ndjson");
    List<String> lines = all.text().lines().toList();
    assertThat(lines).hasSize(100);
    assertThat(new JsonObject(lines.get(99)))
        .isEqualTo(
            new JsonObject()
                .put("at", "2026-01-01T00:00:00Z")
                .put("replica", "echo-1")
                .put("text", "line 149"));
    assertThat(plane.get("/api/v1/agents/echo/logs?tail=2").text().lines()).hasSize(2);
    assertThat(plane.get("/api/v1/agents/echo/logs?tail=-1").status()).isEqualTo(400);
    assertThat(plane.get("/api/v1/agents/none/logs?follow=true").status()).isEqualTo(404);
  }

  @Test
  void followsLogLines() throws Exception {
    plane.fleet.lines.add(line("old"));
    try (StreamCaller caller = new StreamCaller(plane, "/api/v1/agents/echo/logs?follow=true")) {
      assertThat(caller.next("{")).contains("old");
      plane.fleet.followers.forEach(follower -> follower.accept(line("new")));
      assertThat(caller.next("{")).contains("new");
    }
    Plane.until("unsubscribed", plane.fleet.followers::isEmpty);
  }

  @Test
  void manyWhoComeAndGoLeaveNothing() throws Exception {
    event("one");
    for (int i = 0; i < 1_000; i++) {
      try (StreamCaller caller = new StreamCaller(plane, "/api/v1/events")) {
        caller.next("event:");
      }
      try (StreamCaller caller = new StreamCaller(plane, "/api/v1/agents/echo/logs?follow=true")) {
        caller.next("HTTP/1.1 200");
      }
    }
    Plane.until("all gone", () -> plane.control.followers() == 0);
    assertThat(plane.fleet.followers).isEmpty();
    assertThat(plane.fleet.events.listeners).isEmpty();
  }

  @Test
  void cutsOffWhoReadsTooSlowly() throws Exception {
    try (StreamCaller caller = new StreamCaller(plane, "/api/v1/agents/echo/logs?follow=true")) {
      caller.next("HTTP/1.1 200");
      Plane.until("subscribed", () -> !plane.fleet.followers.isEmpty());
      String text = "x".repeat(4_000);
      // Never more than a batch is on its way to the loop; what it cannot write stays queued.
      Plane.until(
          "cut off",
          () -> {
            plane.fleet.followers.forEach(
                follower -> {
                  for (int i = 0; i < 100; i++) {
                    follower.accept(line(text));
                  }
                });
            return plane.fleet.followers.isEmpty();
          });
      Plane.until("forgotten", () -> plane.control.followers() == 0);
      boolean properly;
      try {
        properly = caller.endsProperly();
      } catch (IOException reset) {
        properly = false;
      }
      assertThat(properly).isFalse();
    }
  }

  @Test
  void endsEveryStreamWhenTheGatewayDoes() throws Exception {
    List<StreamCaller> callers = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        callers.add(new StreamCaller(plane, "/api/v1/events"));
        callers.add(new StreamCaller(plane, "/api/v1/agents/echo/logs?follow=true"));
      }
      for (StreamCaller caller : callers) {
        caller.next("HTTP/1.1 200");
      }
      plane.control.close();
      for (StreamCaller caller : callers) {
        assertThat(caller.endsProperly()).isTrue();
      }
      Plane.until("all ended", () -> plane.control.followers() == 0);
      assertThat(plane.get("/api/v1/events").status()).isEqualTo(503);
      assertThat(plane.get("/api/v1/events?follow=false").status()).isEqualTo(200);
    } finally {
      for (StreamCaller caller : callers) {
        caller.close();
      }
    }
  }
}
