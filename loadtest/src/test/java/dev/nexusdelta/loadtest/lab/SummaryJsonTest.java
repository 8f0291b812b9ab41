package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class SummaryJsonTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Recording recording =
      new Recording(
          nanos::get,
          () -> Instant.parse("2026-01-01T12:00:00Z"),
          new Phase.Plan().then("a & b", 2, 1).phases(),
          1);

  private ObjectNode summary(FleetStory fleet, Slo... slos) {
    Machine machine = new Machine(2, 0.5, "Some 17", "Linux 6");
    Evidence evidence = new Evidence(recording, fleet);
    evidence.figure("kneePerS", OptionalDouble.of(97.65625));
    evidence.figure("brokePerS", OptionalDouble.empty());
    return SummaryJson.of(
        new SummaryJson.Run("spike", "http://g", "X", true, Map.of("rate", "20"), machine, machine),
        evidence,
        List.of(slos));
  }

  private static FleetStory fleet() {
    return new FleetStory(
        List.of(new FleetStory.Sample(0.5, "X", 2, 1, 2), new FleetStory.Sample(1.5, "X", 2, 2, 2)),
        List.of(
            new FleetStory.Event(0.6, 0.7, "replica.starting", "X", "x-2", "host", "why"),
            new FleetStory.Event(0.7, 0.7, "agent.scaled", "X", "", "load", "")),
        Map.of("x-2", Map.of("ready", "0.310s")),
        Map.of());
  }

  @Test
  void holdsWhatTheRunWas() {
    recording.end("x wait", recording.begin(), new Answer(200, "", "", true));
    recording.end("x wait", recording.begin(), new Answer(503, "queue_full", "", false));
    ObjectNode json =
        summary(fleet(), Slo.atMost("failed calls", 0, 1), Slo.atLeast("knee", 50, 97));
    assertThat(json.path("held").asBoolean()).isFalse();
    assertThat(json.path("slos")).hasSize(2);
    assertThat(json.path("slos").get(1).path("held").asBoolean()).isTrue();
    assertThat(json.path("calls").path("ok").asLong()).isEqualTo(1);
    assertThat(json.path("tools").get(0).path("tool").asText()).isEqualTo("x wait");
    assertThat(json.path("failures").get(0).path("reason").asText()).isEqualTo("queue_full");
    assertThat(json.path("figures").path("kneePerS").asDouble()).isEqualTo(97.656);
    assertThat(json.path("figures").has("brokePerS")).isFalse();
    assertThat(json.path("starts").get(0).path("phases").path("ready").asText())
        .isEqualTo("0.310s");
    assertThat(json.path("starts").get(0).path("healthyS").isNull()).isTrue();
    assertThat(json.path("windows")).hasSize(1);
    assertThat(json.path("started").asText()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void aRunWithoutACallHasAllItsListsEmpty() {
    ObjectNode json = summary(new FleetStory(List.of(), List.of(), Map.of(), Map.of()));
    assertThat(json.path("tools").isArray()).isTrue();
    assertThat(json.path("failures").isArray()).isTrue();
    assertThat(json.path("windows")).isEmpty();
    assertThat(Picture.of(json)).contains("not watched").endsWith("</svg>\n");
  }

  @Test
  void itsPictureIsWellFormed() throws Exception {
    for (int i = 0; i < 40; i++) {
      long begun = recording.begin();
      nanos.addAndGet(70_000_000L * (1 + i % 5));
      recording.end("x wait", begun, new Answer(i % 9 == 0 ? 503 : 200, "", "", i % 9 != 0));
    }
    String svg = Picture.of(summary(fleet(), Slo.atMost("failed calls", 0, 5)));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new java.io.StringReader(svg)));
    assertThat(svg).contains("a &amp; b", "decision", "failed").doesNotContain("NaN", "Infinity");
  }
}
