package dev.nexusdelta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceptedTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | NDJSON",
        "application/* | NDJSON",
        "application/x-ndjson | NDJSON",
        "text/event-stream | SSE",
        "text/* | SSE",
        "TEXT/Event-Stream; charset=utf-8 | SSE",
        "application/json | JSON",
        "application/json, */* | JSON",
        "application/json, application/problem+json, */*;q=0.5 | JSON",
        "application/json, text/plain, */* | JSON",
        "application/json, text/event-stream | SSE",
        "application/json;q=0.5, text/event-stream;q=0.6 | SSE",
        "application/json, text/event-stream;q=0.6 | JSON",
        "text/event-stream, application/x-ndjson | NDJSON",
        "application/x-ndjson;q=0, */* | SSE",
        "*/*, application/x-ndjson;q=0, text/event-stream;q=0 | JSON",
        "text/html | NDJSON",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | NDJSON",
        "application/json;q=none, text/event-stream;q=7 | NDJSON",
        "'' | NDJSON",
        ";;,,q=1,/ | NDJSON",
      })
  void choosesWhatTheCallerPrefers(String accept, String wanted) {
    var format = Accepted.of(List.of(accept));
    assertThat(format == null ? "JSON" : format.name()).isEqualTo(wanted);
  }

  @Test
  void takesSilenceForAnything() {
    assertThat(Accepted.of(null)).hasToString("NDJSON");
    assertThat(Accepted.of(List.of("application/json", "text/event-stream;q=0.1"))).isNull();
  }
}
