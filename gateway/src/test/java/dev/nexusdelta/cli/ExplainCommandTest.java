package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
  private static final String WAITED =
      """
      {"requestId":"r1","at":"2026-11-22T07:30:00Z","agent":"X","tool":"add","status":504,
       "code":"deadline_exceeded","detail":"no answer came from agent X within 2s","hint":null,
       "limit":"limits.timeout in agent.yaml","kept":"failed","durationMs":2000.5,
       "phases":{"receivedMs":0,"bodyMs":0.2,"sentMs":1201.0,"firstByteMs":null,"doneMs":2000.5},
       "waits":[{"fromMs":0.3,"untilMs":1201.0,"replicas":2,"busy":2,"concurrency":4}],
       "attempts":[{"replica":"x-1","sentMs":1201.0,"endMs":1202.0,"outcome":"refused"},
                   {"replica":"x-2","sentMs":1252.0,"endMs":2000.0,"outcome":"given_up"}],
       "deadline":{"ms":2000.0,"source":"limits.timeout in agent.yaml"},
       "key":{"result":"unknown","original":null},
       "bytesIn":17,"bytesOut":0,"caller":"127.0.0.1:5"}
      """;

  private static final String REPLAYED =
      """
      {"requestId":"r2","at":"2026-11-22T07:30:00Z","agent":"X","tool":null,"status":200,
       "code":null,"detail":null,"hint":null,"limit":null,"kept":"sampled","durationMs":1.5,
       "phases":{"receivedMs":0,"bodyMs":null,"sentMs":null,"firstByteMs":null,"doneMs":1.5},
       "waits":[],"attempts":[],"deadline":null,"key":{"result":"replayed","original":"r1"},
       "bytesIn":17,"bytesOut":3,"caller":"127.0.0.1:5"}
      """;

  private static final String SCALED =
      """
      {"agent":"X","mode":"auto","leads":true,"summary":"3 replicas: 190 calls/s of 80 a replica",
       "hint":null,"desired":3,"ready":2,"starting":1,"min":1,"max":4,
       "targets":{"rps":80.0,"concurrency":null},"window":"60s",
       "decisions":[
         {"at":"2026-11-22T07:30:10Z","until":"2026-11-22T07:30:21Z","count":12,"from":3,"to":3,
          "cause":"bound","reason":"190 calls/s of 80 a replica","bound":"fleet.replicas",
          "wishes":[],"ready":2,"starting":1,"startSeconds":0.4,
          "load":{"brief":{"rps":190.0,"concurrency":3.8},"waiting":4}},
         {"at":"2026-11-22T07:30:00Z","until":"2026-11-22T07:30:00Z","count":1,"from":1,"to":3,
          "cause":"rps","reason":"182.5 calls/s of 80 a replica","bound":null,
          "wishes":[],"ready":1,"starting":0,"startSeconds":0.4,
          "load":{"brief":{"rps":182.5,"concurrency":3.65},"waiting":0}}],
       "load":[{"secondsAgo":0,"calls":190,"concurrency":3.8,"serviceSeconds":0.02,"waiting":4}]}
      """;

  private static final String REPLAY =
      """
      "replay":{"seconds":900,
        "settings":{"min":1,"max":9,"targetRps":40.0,"targetConcurrency":null,"window":"30s"},
        "would":{"peak":5,"replicaSeconds":1300,"shortSeconds":2,"changes":[
          {"at":"2026-11-22T07:30:00Z","from":1,"to":5,"cause":"rps","reason":"r"}]},
        "did":{"peak":3,"replicaSeconds":1200,"changes":[
          {"at":"2026-11-22T07:30:00Z","from":1,"to":3,"cause":"rps","reason":"r"}]}},
      "load":[
      """;

  @TempDir private Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder).env("NEXUS_URL", gateway.url());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void tellsAStoryInTheOrderOfTime() {
    gateway.on("GET /api/v1/calls/r1", 200, WAITED);
    CommandRun.Result told = nexus.run("explain", "call", "r1");
    assertThat(told.code()).as(told.err()).isZero();
    assertThat(told.out())
        .startsWith("X add at 2026-11-22T07:30:00Z: status 504 deadline_exceeded, after 2.0 s\n")
        .containsSubsequence(
            "no answer came from agent X within 2s\n",
            "it carried an Idempotency-Key: unknown\n",
            "0.0 ms  its head arrived from 127.0.0.1:5\n",
            "0.2 ms  its body was there, 17 bytes\n",
            "waited 1.2 s for a place: agent X had 2 of 2 replicas busy (limits.concurrency 4)\n",
            "1.2 s  sent to x-1\n",
            "that attempt ended: refused\n",
            "1.3 s  sent again, 50 ms later, to x-2\n",
            "that attempt ended: given up\n",
            "it was over\n",
            "the limit that bound: limits.timeout in agent.yaml\n",
            "it had 2.0 s (limits.timeout in agent.yaml)\n",
            "try: more replicas (nexus scale X=N), or a higher limits.concurrency");
    assertThat(nexus.run("explain", "call", "r1", "-o", "json").out())
        .contains("\"requestId\": \"r1\"");
  }

  @Test
  void saysWhatAReplayedAnswerIs() {
    gateway.on("GET /api/v1/calls/r2", 200, REPLAYED);
    assertThat(nexus.run("explain", "call", "r2").out())
        .contains("status 200, the agent's own answer")
        .contains("it carried an Idempotency-Key: replayed, the same as request r1")
        .doesNotContain("try:");
  }

  @Test
  void listsRecentCalls() {
    gateway.on("GET /api/v1/calls", 200, "{\"calls\":[" + WAITED + "," + REPLAYED + "]}");
    CommandRun.Result list =
        nexus.run("explain", "call", "--agent", "X", "--slow", "--code", "504", "--since", "10m");
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out()).contains("REQUEST", "r1", "deadline_exceeded", "2.0 s", "r2");
    assertThat(gateway.requests())
        .anyMatch(it -> it.contains("/api/v1/calls?slow=true&agent=X&code=504&since=10m"));
  }

  @Test
  void saysWhyThereAreSoManyReplicas() {
    gateway.on("GET /api/v1/agents/X/scaling", 200, SCALED);
    CommandRun.Result told = nexus.run("explain", "scaling", "X", "--limit", "2");
    assertThat(told.code()).as(told.err()).isZero();
    assertThat(told.out())
        .containsSubsequence(
            "X: by load, 1 to 4, 80 calls/s each, window 60s\n",
            "3 replicas: 190 calls/s of 80 a replica\n",
            "now 3 wanted, 2 ready, 1 starting; in the last second 190 calls, 3.80 in flight, 4"
                + " waiting\n",
            "AT",
            "FROM -> TO",
            "WHY",
            "11s",
            " 3 ",
            "bound",
            "190 calls/s of 80 a replica [bound by fleet.replicas]",
            "1 -> 3",
            "rps",
            "182.5",
            "182.5 calls/s of 80 a replica\n");
    assertThat(told.out()).doesNotContain("try:").doesNotContain("again with");
    assertThat(gateway.requests()).anyMatch(it -> it.contains("/api/v1/agents/X/scaling?limit=2"));
    assertThat(nexus.run("explain", "scaling", "X", "-o", "json").out())
        .contains("\"mode\": \"auto\"");
  }

  @Test
  void saysWhatOtherBoundsWouldHaveMadeOfIt() {
    gateway.on("GET /api/v1/agents/X/scaling", 200, SCALED.replace("\"load\":[", REPLAY));
    CommandRun.Result told =
        nexus.run(
            "explain",
            "scaling",
            "X",
            "--replay",
            "--max",
            "9",
            "--target-rps",
            "40",
            "--window",
            "30s");
    assertThat(told.code()).as(told.err()).isZero();
    assertThat(told.out())
        .containsSubsequence(
            "the last 15m of load again with 1 to 9, 40 calls/s each, window 30s\n",
            "it would have been  5",
            "it was              3",
            "what would have been\n",
            "1 -> 5",
            "what was\n",
            "1 -> 3");
    assertThat(gateway.requests())
        .anyMatch(it -> it.contains("?limit=20&replay=true&max=9&target-rps=40.0&window=30s"));
    assertThat(nexus.run("explain", "scaling", "X", "--max", "9").code()).isEqualTo(2);
  }

  @Test
  void saysWhatToDoWhereLoadDoesNotRule() {
    gateway.on(
        "GET /api/v1/agents/X/scaling",
        200,
        """
        {"agent":"X","mode":"off","leads":true,"summary":"1 replica: the agent has no scale",
         "hint":"nexus scale X --min 1","desired":1,"ready":1,"starting":0,"min":null,"max":null,
         "targets":{"rps":null,"concurrency":null},"window":null,"decisions":[],"load":[]}
        """);
    assertThat(nexus.run("explain", "scaling", "X").out())
        .isEqualTo(
            """
            X: not by load
            1 replica: the agent has no scale
            now 1 wanted, 1 ready, 0 starting
            try: nexus scale X --min 1
            """);
  }

  @Test
  void saysWhyACallMayBeUnknown() {
    gateway.on("GET /api/v1/calls/r3", 404, "{\"status\":404,\"code\":\"not_found\"}");
    CommandRun.Result none = nexus.run("explain", "call", "r3");
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("'r3'").contains("sampled").contains("access.jsonl");
    assertThat(nexus.run("explain").code()).isEqualTo(2);
  }
}
