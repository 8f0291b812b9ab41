package dev.nexusdelta.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.scaling.Decision;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
  private static final AgentLoad WAITING = new AgentLoad(1, 0, 0.1, 0, 1, 1, Duration.ofMillis(20));

  private final Scene scene = new Scene();
  private final Fixed policy = new Fixed(2);
  private long sequence;

  @AfterEach
  void close() {
    scene.close();
  }

  private void report(String gateway, Map<String, AgentLoad> agents) {
    scene.send(new LoadReport(gateway, 7, ++sequence, 1_000_000_000L, agents));
  }

  @RepeatedTest(10)
  void decidesAtOnceWhereAReportSaysThatCallsWait() throws Exception {
    scene.agent("A", 0).agent("B", 0);
    try (Autoscaler autoscaler = Autoscaler.start(scene.parts(), policy)) {
      report("other", Map.of("a", WAITING, "b", AgentLoad.NONE));
      Scene.until("a is scaled", () -> !scene.told.isEmpty());
      assertThat(scene.told).containsExactly("a=2 so it is wished");
      assertThat(autoscaler.of("a", 5).await(10, TimeUnit.SECONDS).decisions()).hasSize(1);
    }
  }

  @Test
  void aDemandIsDecidedOnAfterTheLoadOfThisGatewayWasTold() {
    scene.agent("A", 0);
    scene.leads = false;
    try (Autoscaler autoscaler = Autoscaler.start(scene.parts(), policy)) {
      scene.demands.forEach(listener -> listener.accept(new AgentName("A")));
      assertThat(scene.hurries).hasValue(1);
      scene.leads = true;
      report("other", Map.of());
      report(Scene.OWN, Map.of());
      Scene.until("a is scaled", () -> !scene.told.isEmpty());
      assertThat(autoscaler).isNotNull();
    }
  }

  @Test
  void decidesEverySecondWhileItLeads() {
    scene.agent("A", 1);
    scene.leads = false;
    try (Autoscaler autoscaler = Autoscaler.start(scene.parts(), policy)) {
      report(Scene.OWN, Map.of("a", WAITING));
      assertThat(autoscaler.of("a", 5).await().leads()).isFalse();
      assertThat(scene.told).isEmpty();
      scene.leads = true;
      Scene.until("a is scaled", () -> !scene.told.isEmpty());
      assertThat(autoscaler.of("a", 5).await().leads()).isTrue();
      scene.leads = false;
      policy.wish = 3;
      report(Scene.OWN, Map.of("a", WAITING));
      assertThat(autoscaler.of("a", 5).await().leads()).isFalse();
      assertThat(scene.told).hasSize(1);
    }
  }

  @Test
  void aCallThatFindsNoReplicaBringsOneAndSaysWhy() {
    scene.agent("A", 0);
    try (Autoscaler autoscaler = Autoscaler.start(scene.parts())) {
      report(Scene.OWN, Map.of("a", WAITING));
      Scene.until("a is scaled", () -> !scene.told.isEmpty());
      assertThat(scene.told).singleElement().asString().startsWith("a=1 1: ");
      Decision decision = autoscaler.of("a", 1).await().decisions().get(0).decision();
      assertThat(decision.cause()).isIn("demand", "queue");
      assertThat(decision.wishes()).extracting(Decision.Wish::rule).contains("demand", "queue");
      assertThat(scene.counted)
          .containsExactly(
              "nexus_scale_decisions_total[agent, a, direction, up, reason, "
                  + decision.cause()
                  + "]");
    }
  }

  @Test
  void decidesNoMoreOnceItIsClosed() {
    scene.agent("A", 1);
    Autoscaler autoscaler = Autoscaler.start(scene.parts(), policy);
    autoscaler.close();
    report(Scene.OWN, Map.of("a", WAITING));
    assertThat(autoscaler.of("a", 5).await().decisions()).isEmpty();
    assertThat(scene.told).isEmpty();
  }
}
