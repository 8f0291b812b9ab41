package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolScanTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tool_name\":\"add\"}",
        " {\"parameters\":{\"tool_name\":\"x\",\"a\":[1,{}]},\"tool_name\":\"add\",\"z\":null}\n",
        "{\"t\\u006fol_name\":\"a\\u0064d\"}"
      })
  void findsTheOneTopLevelTool(String body) {
    assertThat(scan(body)).isEqualTo(new ToolScan("add", true, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tool_name\":1}",
        "{\"tool_name\":{\"tool_name\":\"x\"}}",
        "{\"tool_name\":[\"x\"]}",
        "{\"tool_name\":null}",
        "{\"tool_name\":\"a\",\"tool_name\":\"b\"}",
        "{\"tool_name\":\"a\",\"tool_name\":{}}",
        "{\"p\":{\"tool_name\":\"a\"}}"
      })
  void isUnsureOfTheRest(String body) {
    assertThat(scan(body)).isEqualTo(new ToolScan(null, true, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"tool_name\"", "[{\"tool_name\":\"a\"}]", "null"})
  void takesOtherValuesAsJson(String body) {
    assertThat(scan(body)).isEqualTo(new ToolScan(null, false, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{'a':1}",
        "{} {}",
        "{} x",
        "{\"a\":\"\u0001\"}",
        "\ufeff{}",
        "// c\n{}"
      })
  void namesTheFaultOfWhatIsNoJson(String body) {
    assertThat(scan(body).fault()).isNotNull();
  }

  @Test
  void saysWhere() {
    assertThat(scan("{\n  \"a\": tru\n}").fault()).contains("line 2, column");
  }

  @Test
  void boundsNesting() {
    assertThat(scan("[".repeat(60_000)).fault()).isNotNull();
  }

  @Test
  void takesUtf8Only() {
    assertThat(ToolScan.of("{\"tool_name\":\"a\"}".getBytes(StandardCharsets.UTF_16BE)).fault())
        .isNotNull();
    assertThat(ToolScan.of(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}).fault())
        .isNotNull();
    // '_' in two bytes.
    byte[] overlong = "{\"tool\u00c1\u009fname\":\"a\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(ToolScan.of(overlong).fault()).isNotNull();
    assertThat(scan("{\"tool_name\":\"a\",\"b\":\"\u00e4\"}").tool()).isEqualTo("a");
  }

  @Test
  void wrapsParameters() {
    ToolWrap wrap = new ToolWrap("a\"b");
    assertThat(wrap.around(Buffer.buffer("{\"x\":1}")).toString())
        .isEqualTo("{\"tool_name\":\"a\\\"b\",\"parameters\":{\"x\":1}}");
    assertThat(wrap.around(Buffer.buffer()).toString())
        .isEqualTo("{\"tool_name\":\"a\\\"b\",\"parameters\":{}}");
    assertThat(wrap.extra()).isEqualTo(wrap.around(Buffer.buffer("{}")).length() - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" {\"a\":\"}\"} \n", "{\"a\":\"\\\"}\",\"b\":[{}]}", "{\"a\":\"\\\\\"}", "{}"})
  void followsOneObject(String body) {
    ToolWrap wrap = new ToolWrap("a");
    for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
      assertThat(wrap.follow(Buffer.buffer(new byte[] {b}))).isTrue();
    }
    assertThat(wrap.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{},\"tool_name\":\"b\"",
        "{}}",
        "{}{}",
        "1",
        "\"a\"",
        "{]\"",
        "[{}]",
        ",",
        "{\"a\":\"\\\\\"},\"tool_name\":\"b\""
      })
  void refusesToLetParametersEndEarly(String body) {
    assertThat(new ToolWrap("a").follow(Buffer.buffer(body))).isFalse();
  }

  @Test
  void knowsAnIncompleteObject() {
    ToolWrap wrap = new ToolWrap("a");
    assertThat(wrap.follow(Buffer.buffer("{\"a\":{}"))).isTrue();
    assertThat(wrap.isComplete()).isFalse();
  }

  private static ToolScan scan(String body) {
    return ToolScan.of(body.getBytes(StandardCharsets.UTF_8));
  }
}
