package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BindingTest {
  private static final String SCALARS =
      """
      {"i":-1,"l":9007199254740993,"s":2,"b":3,"f":1.5,"d":0.1,"z":true,"c":"é",\
      "big":123456789012345678901234567890,"dec":0.10,"any":7,"text":"\\ud83d\\ude00","bytes":"AQID",\
      "uuid":"123e4567-e89b-12d3-a456-426614174000","uri":"http://x/y","at":"2026-01-31T12:00:00Z",\
      "day":"2026-01-31","time":"PT1.5S"}""";

  private final AgentTester tester = AgentTester.of(new EverythingAgent());

  private String execute(String tool, String parameters) {
    return tester
        .execute("{\"tool_name\":\"" + tool + "\",\"parameters\":" + parameters + "}")
        .body();
  }

  @Test
  void carriesEveryScalarThereAndBack() {
    String expected = SCALARS.replace("\\ud83d\\ude00", "😀").replace("0.10", "0.1");
    assertThat(execute("scalars", "{\"all\":" + SCALARS + "}"))
        .isEqualTo("{\"result\":" + expected + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "i|-1|2147483648|must be an integer of 32 bits, not 2147483648",
        "i|-1|1.5|must be an integer of 32 bits",
        "i|-1|\"1\"|must be an integer, not the string \\\"1\\\"",
        "l|9007199254740993|1e30|must be an integer of 64 bits",
        "s|2|40000|must be an integer of 16 bits",
        "b|3|200|must be an integer of 8 bits",
        "f|1.5|1e200|must be a number in the range of Float",
        "d|0.1|1e999|must be a number in the range of Double",
        "d|0.1|true|must be a number, not true",
        "z|true|1|must be true or false, not the number 1",
        "c|\"é\"|\"ab\"|must be one character",
        "big|123456789012345678901234567890|1e999999999|must be an integer in the range of BigInteger",
        "text|\"\\ud83d\\ude00\"|\"\\ud83d\"|half of a surrogate pair",
        "bytes|\"AQID\"|\"%\"|must be base64",
        "uuid|\"123e4567-e89b-12d3-a456-426614174000\"|\"1-1-1-1-1\"|must be a UUID",
        "uri|\"http://x/y\"|\"a b\"|must be a URI",
        "at|\"2026-01-31T12:00:00Z\"|\"today\"|must be a time like",
        "day|\"2026-01-31\"|\"2026-02-31\"|must be a date like",
        "time|\"PT1.5S\"|\"1s\"|must be a duration like",
        "text|\"\\ud83d\\ude00\"|null|must be a string, not null",
      })
  void namesABadScalar(String name, String good, String bad, String detail) {
    String body =
        execute(
            "scalars",
            "{\"all\":"
                + SCALARS.replace("\"" + name + "\":" + good, "\"" + name + "\":" + bad)
                + "}");
    assertThat(body)
        .contains(
            "\"status\":422",
            "\"pointer\":\"/parameters/all/" + name + "\"",
            detail.replace("|", ""));
  }

  @Test
  void takesAnIntegerWrittenAsDecimal() {
    assertThat(execute("scalars", "{\"all\":" + SCALARS.replace("\"i\":-1", "\"i\":3.0") + "}"))
        .contains("\"i\":3,");
  }

  @Test
  void namesEveryFaultAtOnce() {
    assertThatThrownBy(
            () ->
                tester.call(
                    "draw",
                    Map.of(
                        "shape", Map.of("side", 101, "colour", "REDD", "lineWidth", 1),
                        "author", "X",
                        "greting", "hi")))
        .isInstanceOf(ToolException.class);
    String body =
        execute(
            "draw",
            "{\"shape\":{\"side\":101,\"colour\":\"REDD\",\"linewidth\":1},\"author\":\"X\",\"greting\":1}");
    assertThat(body)
        .contains(
            "{\"pointer\":\"/parameters/shape/side\",\"detail\":\"must be from 0 to 100, not 101\"}",
            "{\"pointer\":\"/parameters/shape/colour\",\"detail\":\"must be one of RED, GREEN, BLUE, not"
                + " \\\"REDD\\\"; did you mean RED?\"}",
            "{\"pointer\":\"/parameters/shape/linewidth\",\"detail\":\"is unknown; did you mean"
                + " line-width?\"}",
            "{\"pointer\":\"/parameters/author\",\"detail\":\"must have from 2 to 5 characters, not 1\"}",
            "{\"pointer\":\"/parameters/greting\",\"detail\":\"is unknown; did you mean greeting?\"}");
  }

  @Test
  void countsFaultsBeyondAHundred() {
    String many = "[" + "\"x\",".repeat(5000) + "1]";
    String body = execute("collections", "{\"numbers\":" + many + "}");
    assertThat(body)
        .contains("and 4998 more", "/parameters/numbers/99\"")
        .doesNotContain("numbers/100\"");
  }

  @Test
  void fillsInDefaults() {
    assertThat(tester.call("draw", Map.of("shape", Map.of("side", 1), "author", "ann")))
        .isEqualTo(Map.of("side", 1.0, "colour", "RED", "line-width", 1));
    assertThat(tester.call("collections", Map.of("numbers", List.of(1, 2))))
        .isEqualTo(Map.of("sizes", List.of(2, 0, 0, 0, 0)));
  }

  @Test
  void takesNullForWhatIsOptional() {
    assertThat(
            execute(
                "draw",
                "{\"shape\":{\"side\":1,\"label\":null,\"colour\":null},\"author\":\"ann\",\"remark\":null}"))
        .isEqualTo("{\"result\":{\"side\":1.0,\"colour\":\"RED\",\"line-width\":1}}");
  }

  @Test
  void namesMissingParameters() {
    assertThat(execute("draw", "{}"))
        .contains(
            "{\"pointer\":\"/parameters/shape\",\"detail\":\"is missing: expected an object\"}")
        .contains(
            "{\"pointer\":\"/parameters/author\",\"detail\":\"is missing: expected a string\"}")
        .doesNotContain("/parameters/remark");
  }

  @Test
  void limitsCollections() {
    assertThat(execute("collections", "{\"numbers\":[]}"))
        .contains("must have from 1 to 3 elements, not 0");
    assertThat(execute("collections", "{\"numbers\":[11]}")).contains("must be at most 10, not 11");
    assertThat(execute("collections", "{\"numbers\":[1],\"words\":[\"a\",\"a\"]}"))
        .contains("/parameters/words/1", "must not repeat");
    assertThat(execute("collections", "{\"numbers\":[1],\"byColour\":{\"PINK\":[1]}}"))
        .contains("/parameters/byColour/PINK", "must be one of RED, GREEN, BLUE");
  }

  @Test
  void takesNestedCollections() {
    assertThat(
            execute(
                "collections",
                "{\"numbers\":[1],\"words\":[\"a\"],\"byColour\":{\"RED\":[1,2]},\"doubles\":[1,2.5],"
                    + "\"table\":[[\"x\"],[]],\"anything\":{\"a\":[null]}}"))
        .isEqualTo("{\"result\":{\"sizes\":[1,1,1,2,2]}}");
  }

  @Test
  void tellsTheWordsOfARecordsOwnCheck() {
    assertThat(execute("draw", "{\"shape\":{\"side\":13},\"author\":\"ann\"}"))
        .contains("\"status\":422", "/parameters/shape\"", "side 13 brings bad luck");
  }

  @Test
  void carriesRecordsThatContainThemselves() {
    String tree = "{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]}]}";
    assertThat(execute("tree", "{\"root\":" + tree + "}")).isEqualTo("{\"result\":" + tree + "}");
    assertThat(execute("page", "{\"page\":{\"items\":[" + tree + "],\"next\":2}}"))
        .isEqualTo("{\"result\":{\"items\":[" + tree + "],\"next\":2}}");
    assertThat(execute("page", "{\"page\":{\"items\":[]}}"))
        .isEqualTo("{\"result\":{\"items\":[]}}");
  }

  @Test
  void answersNullWhereThereIsNoResult() {
    assertThat(execute("nothing", "{}")).isEqualTo("{\"result\":null}");
    assertThat(tester.execute("{\"tool_name\":\"nothing\"}").body()).isEqualTo("{\"result\":null}");
    assertThat(execute("nothing", "null")).isEqualTo("{\"result\":null}");
  }

  @Test
  void readsParametersThatStandBeforeTheName() {
    String body =
        "{\"x\":[{}],\"parameters\": {\"root\":{\"name\":1,\"children\":[]}} ,\"tool_name\":\"tree\"}";
    assertThat(tester.execute(body).body()).contains("/parameters/root/name");
    assertThat(tester.execute(body.replace("1", "\"é\"")).body())
        .isEqualTo("{\"result\":{\"name\":\"é\",\"children\":[]}}");
  }

  @Test
  void answersTypedResults() {
    EverythingAgent.Node node = new EverythingAgent.Node("a", List.of());
    assertThat(tester.call("tree", Map.of("root", node), EverythingAgent.Node.class))
        .isEqualTo(node);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|400|line 1, column 1",
        "{|400|line 1, column 2",
        "{} {}|400|unexpected text after",
        "{\"tool_name\":\"nothing\",\"tool_name\":\"tree\"}|400|Duplicate",
        "{\"tool_name\":NaN}|400|NaN",
        "[]|422|must be an object",
        "{}|422|/tool_name",
        "{\"tool_name\":7}|422|must be a string",
        "{\"tool_name\":\"nothing\",\"parameters\":[]}|422|must be an object",
        "{\"tool_name\":\"drow\"}|404|did you mean draw?",
      })
  void refusesBadRequests(String body, int status, String detail) {
    AgentTester.Reply reply = tester.execute(body);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).contains(detail);
  }

  @Test
  void refusesDeepNestingQuickly() {
    assertThat(execute("collections", "{\"anything\":" + "[".repeat(100_000)))
        .contains("\"status\":400", "invalid_json");
    String tree = "{\"name\":\"a\",\"children\":[".repeat(2000) + "]}".repeat(2000);
    assertThat(execute("tree", "{\"root\":" + tree + "}")).contains("\"status\":400");
  }
}
