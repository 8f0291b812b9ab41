package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentBuilderTest {
  record Pair(double a, double b) {}

  record Sum(double value) {}

  @Test
  void servesLambdas() {
    AgentTester tester =
        AgentTester.of(
            AgentBuilder.named("Adder")
                .tool("add", "Adds", Pair.class, pair -> new Sum(pair.a() + pair.b()))
                .readOnly()
                .tool("typed", "Adds", Pair.class, Sum.class, pair -> new Sum(pair.a() + pair.b()))
                .idempotent()
                .tool("who", "Tells", Map.class, (in, context) -> List.of(context.requestId(), in))
                .destructive());
    assertThat(tester.call("add", Map.of("a", 1, "b", 2))).isEqualTo(Map.of("value", 3.0));
    assertThat(tester.call("typed", Map.of("a", 1, "b", 2), Sum.class)).isEqualTo(new Sum(3));
    assertThat(tester.call("who", Map.of("x", 1))).isEqualTo(List.of("test", Map.of("x", 1)));
    assertThat(tester.tools())
        .contains(
            "\"outputSchema\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"},\"readOnly\":true")
        .contains(
            "\"required\":[\"value\"],\"additionalProperties\":false},\"readOnly\":false,\"idempotent\":true");
  }

  @Test
  void namesFaultsOfALambdasRecord() {
    AgentTester tester =
        AgentTester.of(AgentBuilder.named("Adder").tool("add", "", Pair.class, pair -> pair.a()));
    assertThat(tester.execute("{\"tool_name\":\"add\",\"parameters\":{\"a\":\"1\"}}").body())
        .contains("/parameters/a\"", "/parameters/b\"");
  }

  @Test
  void wantsARecordForInput() {
    assertThatThrownBy(
            () ->
                AgentTester.of(
                    AgentBuilder.named("Adder").tool("add", "", String.class, text -> text)))
        .hasMessageContaining("tool add: input String must be a record");
  }

  @Test
  void namesToolsInSnakeCase() {
    assertThat(AnnotatedTools.snakeCase("processData")).isEqualTo("process_data");
    assertThat(AnnotatedTools.snakeCase("parseHTMLPage2")).isEqualTo("parse_html_page2");
    assertThat(AnnotatedTools.snakeCase("run")).isEqualTo("run");
  }
}
