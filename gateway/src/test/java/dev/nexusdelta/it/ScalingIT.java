package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas that follow the load of real agents, behind a whole gateway. */
@Timeout(180)
class ScalingIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String CALL = "{\"tool_name\":\"work\",\"parameters\":{}}";

  /** Takes 20 ms for a call; puts each of its starts down in a journal. */
  private static final String AGENT =
      """
      import http.server, os, time
      class Agent(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def answer(self, status, body):
              self.send_response(status)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def do_GET(self):
              self.answer(200 if self.path == "/health" else 404, b"{}")
          def do_POST(self):
              self.rfile.read(int(self.headers["Content-Length"]))
              time.sleep(0.02)
              self.answer(200, b'{"result": 1}')
          def log_message(self, *args): pass
      class Server(http.server.ThreadingHTTPServer):
          daemon_threads = True
          request_queue_size = 128
      with open(os.environ["STARTS"], "a") as starts:
          starts.write("x")
      Server((os.environ["HOST"], int(os.environ["PORT"])), Agent).serve_forever()
      """;

  private static Workspace workspace;

  private final List<Thread> callers = new ArrayList<>();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean enough;

  @BeforeAll
  static void open() throws Exception {
    workspace = Workspace.open();
    agent(
        "Tide",
        "python3 -B agent.py",
        "{min: 1, max: 4, target-rps: 20, window: 3s}\nlimits: {concurrency: 2}");
    agent("Nap", "python3 -B agent.py", "{min: 0, max: 4, target-concurrency: 64, window: 1s}");
    workspace.typeWell("./nexus up -d");
    // Later, as it fails at once and up would say so.
    agent("Broken", "echo no licence found; exit 3", "{min: 0, max: 2, window: 1s}");
    await("its file is seen", () -> workspace.admin("/agents").encode().contains("Broken"));
  }

  private static void agent(String name, String command, String scale) throws IOException {
    Path folder = workspace.folder().resolve("agents").resolve(new AgentName(name).key());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("agent.py"), AGENT);
    Files.writeString(
        folder.resolve("agent.yaml"),
        "name: %s\nrun: {command: '%s'}\nenv: {STARTS: %s}\nscale: %s\n"
            .formatted(name, command, journal(name), scale));
  }

  @AfterAll
  static void close() throws Exception {
    workspace.close();
  }

  @AfterEach
  void rest() throws InterruptedException {
    enough = true;
    for (Thread caller : callers) {
      caller.join(60_000);
    }
  }

  @Test
  void replicasComeAndGoWithTheLoadAndEachChangeIsAccountedFor() throws Exception {
    callWithoutEnd("tide", 4);
    await("load brings replicas", () -> scaling("tide").getInteger("ready") >= 3);
    // A queue alone brings them too; a replay goes by the load of whole seconds.
    await("the load of a window asks for more than one", () -> busiest("tide") > 40);
    rest();
    assertThat(failed).as("of %s calls", answered).isEmpty();
    await("without load they go", () -> scaling("tide").getInteger("desired") == 1);
    List<String> decided =
        scaling("tide").getJsonArray("decisions").stream()
            .map(JsonObject.class::cast)
            .filter(entry -> !entry.getInteger("from").equals(entry.getInteger("to")))
            .map(entry -> entry.getString("reason"))
            .toList();
    List<JsonObject> events = scaled("Tide");
    assertThat(events).hasSizeGreaterThanOrEqualTo(2).hasSameSizeAs(decided);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).getString("reason")).contains(decided.get(decided.size() - 1 - i));
    }
    String told = workspace.typeWell("./nexus explain scaling tide --limit 256").out();
    assertThat(told).contains("by load, 1 to 4, 20 calls/s each").contains(decided);
    assertThat(workspace.typeWell("./nexus explain scaling tide --replay --max 2").out())
        .contains("it would have been  2");
  }

  @Test
  void aNumberSetByHandIsLeftAlone() throws Exception {
    workspace.typeWell("./nexus scale tide=2");
    callWithoutEnd("tide", 4);
    await("two under load", () -> scaling("tide").getInteger("ready") == 2);
    int decisions = decisions("tide");
    int before = answered.get();
    await("they work", () -> answered.get() > before + 300);
    JsonObject pinned = scaling("tide");
    assertThat(pinned.getString("mode")).isEqualTo("pinned");
    assertThat(pinned.getInteger("desired")).isEqualTo(2);
    assertThat(decisions("tide")).as("nothing was decided meanwhile").isEqualTo(decisions);
    rest();
    assertThat(failed).isEmpty();
    workspace.typeWell("./nexus scale tide=auto");
    await("the load rules again", () -> scaling("tide").getInteger("desired") == 1);
  }

  @Test
  void aCrowdBeforeAnIdleAgentStartsItOnceAndIsServed() throws Exception {
    await("nobody calls, nothing runs", () -> idle("nap"));
    int starts = starts("nap");
    CountDownLatch together = new CountDownLatch(1);
    for (int i = 0; i < 50; i++) {
      call(
          () -> {
            together.await(60, TimeUnit.SECONDS);
            one("nap");
          });
    }
    together.countDown();
    for (Thread caller : callers) {
      caller.join(60_000);
    }
    assertThat(failed).isEmpty();
    assertThat(answered).hasValue(50);
    assertThat(starts("nap")).isEqualTo(starts + 1);
  }

  @Test
  void whoCallsWhatCannotStartIsToldWhy() throws Exception {
    await("nobody calls, nothing runs", () -> idle("broken"));
    HttpResponse<String> answer = workspace.call("broken", CALL);
    JsonObject problem = new JsonObject(answer.body());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(problem.getString("code")).isEqualTo("start_failed");
    assertThat(problem.getString("detail")).contains("exit code 3");
  }

  /** The most calls per second over a window that a decision was made on. */
  private static double busiest(String agent) throws Exception {
    return scaling(agent).getJsonArray("decisions").stream()
        .map(JsonObject.class::cast)
        .mapToDouble(it -> it.getJsonObject("load").getJsonObject("stable").getDouble("rps"))
        .max()
        .orElse(0);
  }

  private void callWithoutEnd(String agent, int count) {
    for (int i = 0; i < count; i++) {
      call(
          () -> {
            while (!enough) {
              one(agent);
            }
          });
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void call(Work work) {
    Thread caller =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                failed.add(e.toString());
              }
            });
    callers.add(caller);
    caller.start();
  }

  private void one(String agent) throws Exception {
    HttpResponse<String> answer = workspace.call(agent, CALL);
    if (answer.statusCode() == 200) {
      answered.incrementAndGet();
    } else {
      failed.add(answer.statusCode() + " " + answer.body());
    }
  }

  private static JsonObject scaling(String agent) throws Exception {
    return workspace.admin("/agents/" + agent + "/scaling?limit=256");
  }

  private static int decisions(String agent) throws Exception {
    return scaling(agent).getJsonArray("decisions").stream()
        .map(JsonObject.class::cast)
        .mapToInt(entry -> entry.getInteger("count"))
        .sum();
  }

  private static boolean idle(String agent) throws Exception {
    return scaling(agent).getInteger("desired") == 0
        && workspace.admin("/agents/" + agent + "/replicas").getJsonArray("replicas").isEmpty();
  }

  private static int starts(String agent) throws IOException {
    return Files.exists(journal(agent)) ? Files.readString(journal(agent)).length() : 0;
  }

  /** Not in the agent's folder: what changes there is another release. */
  private static Path journal(String agent) {
    return workspace.folder().resolve(new AgentName(agent).key() + ".starts");
  }

  /** Changes by load, the oldest first. */
  private static List<JsonObject> scaled(String agent) throws Exception {
    return workspace
        .typeWell("./nexus events -o json")
        .out()
        .lines()
        .map(JsonObject::new)
        .filter(event -> "agent.scaled".equals(event.getString("type")))
        .filter(event -> agent.equals(event.getString("agent")))
        .toList();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) {
    Workspace.await(
        what,
        SOON,
        () -> {
          try {
            return condition.holds();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
