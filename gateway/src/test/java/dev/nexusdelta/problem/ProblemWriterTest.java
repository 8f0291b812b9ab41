package dev.nexusdelta.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemWriterTest {
  @Test
  void rendersEveryFieldInAFixedOrder() {
    Problem problem =
        Problem.of(ProblemCode.AGENT_UNKNOWN, "no agent 'maht'")
            .hint("did you mean math?")
            .errors(List.of(new Problem.Fault("/name", "unknown")));
    String body =
        ProblemWriter.body(problem, new ProblemWriter.Place("/agents/maht", "maht", "r1"))
            .toString();
    assertThat(body)
        .isEqualTo(
            "{\"type\":\"urn:nexus-delta:problem:agent_unknown\",\"title\":\"Unknown agent\","
                + "\"status\":404,\"detail\":\"no agent 'maht'\",\"instance\":\"/agents/maht\","
                + "\"code\":\"agent_unknown\",\"error\":\"no agent 'maht'\",\"agent\":\"maht\","
                + "\"requestId\":\"r1\",\"retryable\":false,\"hint\":\"did you mean math?\","
                + "\"errors\":[{\"pointer\":\"/name\",\"detail\":\"unknown\"}]}");
  }

  @Test
  void leavesOutWhatIsNotThere() {
    JsonObject body =
        ProblemWriter.body(
                Problem.of(ProblemCode.INTERNAL, "x"), new ProblemWriter.Place("/", null, "r"))
            .toJsonObject();
    assertThat(body.containsKey("hint")).isFalse();
    assertThat(body.containsKey("errors")).isFalse();
    assertThat(body.containsKey("agent")).isTrue();
    assertThat(body.getString("agent")).isNull();
  }

  @Test
  void everyCodeHasAnErrorTypeOfTheStandard() {
    assertThat(Arrays.stream(ProblemCode.values()).map(ProblemWriter::errorType))
        .allMatch(type -> type.matches("[a-z_]+"));
  }
}
