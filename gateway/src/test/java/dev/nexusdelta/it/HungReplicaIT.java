package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes behind one name, one of which freezes or is killed under load. */
@Timeout(180)
class HungReplicaIT {
  /** What is promised is 3 s; a busy machine is given more. */
  private static final Duration OUT = Duration.ofSeconds(10);

  private static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{\"id\":\"%s\"}}";
  private static final String LOOK = "{\"tool_name\":\"look\",\"parameters\":{}}";

  /** Answers with its pid; puts each call down in a journal before it works on it. */
  private static final String AGENT =
      """
      import http.server, json, os, time
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
              call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
              if "id" in call["parameters"]:
                  line = call["parameters"]["id"] + "\\n"
                  journal = os.open(os.environ["JOURNAL"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                  os.write(journal, line.encode())
                  os.close(journal)
                  time.sleep(0.02)
              self.answer(200, b'{"result": %d}' % os.getpid())
          def log_message(self, *args): pass
      http.server.ThreadingHTTPServer.daemon_threads = True
      http.server.ThreadingHTTPServer(
          (os.environ["HOST"], int(os.environ["PORT"])), Agent).serve_forever()
      """;

  private Workspace workspace;
  private Path journal;

  @BeforeEach
  void open() throws Exception {
    workspace = Workspace.open();
    journal = workspace.folder().resolve("journal");
    Path folder = workspace.folder().resolve("agents/twin");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("twin.py"), AGENT);
    Files.writeString(
        folder.resolve("agent.yaml"),
        """
        name: Twin
        run: {command: "python3 -B twin.py"}
        env: {JOURNAL: %s}
        scale: {min: 2, max: 2, target-rps: 1000}
        limits: {timeout: 10s}
        tools: [{name: add}, {name: look, read-only: true}]
        """
            .formatted(journal));
    workspace.typeWell("./nexus up -d");
    Workspace.await("two replicas", Duration.ofSeconds(30), () -> pids().size() == 2);
  }

  @AfterEach
  void close() throws Exception {
    workspace.close();
  }

  @Test
  void aFrozenReplicaIsOutOfRotationWithinSeconds() throws Exception {
    long frozen = pids().get(0);
    signal("STOP", frozen);
    long begin = System.nanoTime();
    try {
      Workspace.await("it is healthy no more", OUT, () -> !pids().contains(frozen));
      System.out.printf("out of rotation after %d ms%n", millis(System.nanoTime() - begin));
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        HttpResponse<String> answer = workspace.call("twin", LOOK);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-nexus-attempts")).isEmpty();
        assertThat(millis(System.nanoTime() - start)).as("no call waits for it").isLessThan(3000);
      }
      Workspace.await("it is ejected", OUT, this::isEjected);
      System.out.printf("ejected after %d ms%n", millis(System.nanoTime() - begin));
    } finally {
      signal("CONT", frozen);
    }
    Workspace.await("it is back", Duration.ofSeconds(20), () -> pids().contains(frozen));
  }

  @Test
  void aKilledReplicaLosesOnlyWhatItHad() throws Exception {
    Map<String, Integer> statuses = new TreeMap<>();
    ConcurrentLinkedQueue<String> bad = new ConcurrentLinkedQueue<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int caller = i;
      Thread thread = new Thread(() -> call(caller, statuses, bad));
      callers.add(thread);
      thread.start();
    }
    Workspace.await("load", Duration.ofSeconds(20), () -> Files.exists(journal) && executed() > 20);
    long killed = pids().get(0);
    signal("KILL", killed);
    for (Thread thread : callers) {
      thread.join(60_000);
    }
    assertThat(bad).as("each is a 502, of those in flight").hasSizeLessThanOrEqualTo(4);
    List<String> executed = Files.readAllLines(journal);
    assertThat(Set.copyOf(executed)).as("nothing ran twice").hasSameSizeAs(executed);
    assertThat(executed).containsAll(statuses.keySet());
    Workspace.await(
        "it is replaced",
        Duration.ofSeconds(30),
        () -> pids().size() == 2 && !pids().contains(killed));
  }

  private void call(int caller, Map<String, Integer> statuses, ConcurrentLinkedQueue<String> bad) {
    for (int i = 0; i < 40; i++) {
      String id = caller + "-" + i;
      try {
        HttpResponse<String> answer = workspace.call("twin", ADD.formatted(id));
        if (answer.statusCode() == 200) {
          synchronized (statuses) {
            statuses.put(id, 200);
          }
        } else {
          bad.add(id + ": " + answer.body());
          assertThat(answer.statusCode()).isEqualTo(502);
        }
      } catch (Exception e) {
        bad.add(id + ": " + e);
      }
    }
  }

  /** Of healthy replicas. */
  private List<Long> pids() {
    try {
      return workspace.pids("twin");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private int executed() {
    try {
      return Files.readAllLines(journal).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isEjected() {
    try {
      return workspace.admin("/agents/twin/replicas").getJsonArray("replicas").stream()
          .map(JsonObject.class::cast)
          .anyMatch(replica -> "ejected".equals(replica.getString("state")));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .as("exit code of kill")
        .isZero();
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
