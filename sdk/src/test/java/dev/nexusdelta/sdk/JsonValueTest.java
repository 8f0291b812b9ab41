package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
  @Test
  void keepsOrderAndPrecision() {
    String text = "{\"b\":1.10,\"a\":[12345678901234567890,true,null,\"ü\\n\"],\"c\":{}}";
    assertThat(JsonValue.parse(text)).hasToString(text);
  }

  @Test
  void readsThroughWhatIsNotThere() {
    JsonValue json = JsonValue.parse("{\"a\":{\"b\":null}}");
    assertThat(json.get("a", "b", "c").text("none")).isEqualTo("none");
    assertThat(json.get("x").items()).isEmpty();
    assertThat(json.get("a", "b").kind()).isEqualTo(JsonValue.Kind.NULL);
    assertThat(json.get("a", "x").kind()).isEqualTo(JsonValue.Kind.MISSING);
    assertThat(json.get("a").integer(7)).isEqualTo(7);
  }

  @Test
  void takesJavaValues() {
    JsonValue json = JsonValue.object().with("a", Arrays.asList(1, null, "x")).with("b", true);
    assertThat(json).hasToString("{\"a\":[1,null,\"x\"],\"b\":true}");
    assertThat(json.with("a", 2)).hasToString("{\"a\":2,\"b\":true}");
    assertThat(json)
        .isEqualTo(JsonValue.parse(json.pretty()).with("a", Arrays.asList(1, null, "x")));
    assertThat(JsonValue.of(List.of()).isArray()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}{}", "nope", "[1,]", "{\"a\":1}x"})
  void refusesWhatIsNotOneValue(String text) {
    assertThatThrownBy(() -> JsonValue.parse(text)).isInstanceOf(JsonFormatException.class);
  }
}
