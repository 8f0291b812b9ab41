package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.Manifest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolsTest {
  private static final ToolInfo SUM =
      new ToolInfo("sum", "adds", "{\"type\":\"object\"}", "", true, false, false);

  @Test
  void readsWhatAgentsSay() {
    String text =
        """
        {"agent": "Math", "tools": [{"name": "sum", "description": "adds",
         "inputSchema": {"type": "object"}, "readOnly": true, "unknown": [1]}]}
        """;
    assertThat(Tools.read(text)).containsExactly(SUM);
  }

  @Test
  void readsAListAloneAndHintsOfTheirOwn() {
    assertThat(Tools.read("[{\"name\": \"x\", \"hints\": {\"idempotent\": true}}]"))
        .containsExactly(new ToolInfo("x", "", "", "", false, true, false));
  }

  @Test
  void noAnswerIsNoTools() {
    assertThat(Tools.read("")).isEmpty();
    assertThat(Tools.read("{\"tools\": []}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "7",
        "{}",
        "{\"tools\": {}}",
        "{\"tools\": [7]}",
        "{\"tools\": [{}]}",
        "{\"tools\": [{\"name\": 7}]}",
        "{\"tools\": [{\"name\": \"a b\"}]}",
        "{\"tools\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}"
      })
  void refusesWhatIsNoListOfTools(String text) {
    assertThatThrownBy(() -> Tools.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("GET /tools");
  }

  @Test
  void whatTheManifestDeclaresCompletesWhatWasLearnt() {
    Manifest.ToolDeclaration same = declared("sum", "adds numbers", true);
    Manifest.ToolDeclaration more = declared("other", "", false);
    assertThat(Tools.joined(List.of(SUM), List.of(same, more)))
        .containsExactly(
            new ToolInfo("sum", "adds numbers", "{\"type\":\"object\"}", "", true, true, false),
            new ToolInfo("other", "", "", "", false, false, false));
    assertThat(Tools.joined(List.of(SUM), List.of())).containsExactly(SUM);
  }

  private static Manifest.ToolDeclaration declared(
      String name, String description, boolean idempotent) {
    return new Manifest.ToolDeclaration(
        name,
        description,
        Optional.empty(),
        Optional.empty(),
        false,
        idempotent,
        false,
        Optional.empty(),
        OptionalInt.empty());
  }
}
