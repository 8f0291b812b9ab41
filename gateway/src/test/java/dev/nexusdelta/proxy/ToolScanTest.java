package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
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
  void theQuickLookSaysWhatTheParserSaysOrNothing() {
    String[] parts = {
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      " ",
      "\n",
      "\"",
      "\"tool_name\"",
      "\"add\"",
      "\"a\":",
      "true",
      "false",
      "null",
      "nul",
      "0",
      "-",
      "1",
      "01",
      "-0",
      "1.5",
      "1.",
      "1e3",
      "1e",
      "2E+7",
      ".5",
      "\\u0061",
      "\u00e4",
      "\t",
      "\u0001",
      "{}",
      "[]",
      "\"tool_name\":\"x\"",
      "\"b\":[1,2]",
      "/"
    };
    Random random = new Random(11);
    int quick = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "{");
      int length = random.nextInt(9);
      for (int j = 0; j < length; j++) {
        text.append(parts[random.nextInt(parts.length)]);
        if (random.nextInt(3) == 0) {
          text.append(random.nextBoolean() ? "," : ":");
        }
      }
      quick += agree(text.append(random.nextInt(4) == 0 ? "" : "}").toString());
    }
    assertThat(quick).isPositive();
  }

  @Test
  void theQuickLookAgreesOnDamagedBodies() {
    String whole =
        "{ \"tool_name\" : \"add\", \"parameters\": {\"a\": -1.5e-3, \"b\": [true, null, {\"c\": []}]} }\n";
    assertThat(PlainJson.scan(whole.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new ToolScan("add", true, null));
    Random random = new Random(12);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, whole.charAt(random.nextInt(whole.length())));
          default -> text.setCharAt(at, (char) random.nextInt(128));
        }
      }
      agree(text.toString());
    }
    agree("{\"a\":" + "[".repeat(61) + "]".repeat(61) + "}");
    agree("{\"a\":" + "9".repeat(2000) + "}");
  }

  private static int agree(String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    ToolScan quick = PlainJson.scan(body);
    if (quick != null) {
      assertThat(quick).as(text).isEqualTo(ToolScan.parsed(body));
      return 1;
    }
    return 0;
  }

  @Test
  void saysWhere() {
    assertThat(scan("{\n  \"a\": tru\n}").fault()).contains("line 2, column");
    assertThat(scan("{\"a\":nxd_0123456789ab_geheim}").fault())
        .contains("Unrecognized token", "line 1, column")
        .doesNotContain("nxd_", "geheim");
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
