package dev.nexusdelta.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class YamlTextTest {
  private static Object load(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  @Test
  void saysTheSameAsJson() {
    String json =
        """
        {"a":[{"b":1,"c":[[1,2],[]],"d":{}},{"e":"x: y"},"plain text",null],"f":true,"g":1.5,
         "h":"multi\\nline","i":"","j":"#no comment","k":"- no item","l":"007","m":"yes"}
        """;
    assertThat(load(YamlText.of(JsonValue.parse(json)))).isEqualTo(load(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "true",
        "null",
        "~",
        "",
        " x",
        "x ",
        "a: b",
        "a #b",
        "*a",
        "&a",
        "!a",
        "@a",
        "1.5.0",
        "2026-01-01",
        "{",
        "a\nb",
        "'",
        "\"",
        "key:",
        "..",
        "-",
        "0x1f",
        "on",
        "C:\\x",
        "ü"
      })
  void keepsTextText(String text) {
    assertThat(load("k: " + YamlText.scalar(text))).isEqualTo(Map.of("k", text));
  }
}
