package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacedYamlTest {
  private static Fields read(String text) {
    PlacedYaml.Reading reading = PlacedYaml.read(text);
    assertThat(reading.faults()).isEmpty();
    return (Fields) reading.root();
  }

  @Test
  void knowsThePlaces() {
    Fields root =
        read("version: '3.8'\nservices:\n  a:\n    ports: [\"1:2\", 8081]\n  b:\n  # more\n");
    assertThat(root.fields().get("version")).isEqualTo(new Text(1, 10, "3.8"));
    Fields services = (Fields) root.fields().get("services");
    assertThat(services.line()).isEqualTo(3);
    Fields a = (Fields) services.fields().get("a");
    assertThat(a.fields().get("ports"))
        .isEqualTo(new Items(4, 12, List.of(new Text(4, 13, "1:2"), new Text(4, 20, "8081"))));
    assertThat(services.fields().get("b")).isInstanceOf(Nothing.class);
  }

  @Test
  void expandsAliasesAndMergesKeys() {
    Fields root =
        read(
            """
            x-a: &a {image: one, restart: always}
            x-b: &b {image: two, init: true}
            c:
              <<: [*a, *b]
              restart: "no"
            d: {<<: *a}
            """);
    Fields c = (Fields) root.fields().get("c");
    assertThat(((Text) c.fields().get("image")).text()).isEqualTo("one");
    assertThat(((Text) c.fields().get("restart")).text()).isEqualTo("no");
    assertThat(c.fields()).containsKey("init");
    assertThat(((Fields) root.fields().get("d")).fields()).containsOnlyKeys("image", "restart");
  }

  @Test
  void takesAsManyAliasesAsAHundredServicesNeed() {
    StringBuilder text = new StringBuilder("x: &x {a: {b: 1}}\n");
    for (int i = 0; i < 200; i++) {
      text.append("s").append(i).append(": {<<: *x}\n");
    }
    assertThat(read(text.toString()).fields()).hasSize(201);
  }

  @Test
  void holdsAgainstHostileDocuments() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 15; i++) {
      laughs.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(10) + "]\n");
    }
    assertThat(PlacedYaml.read(laughs.toString()).faults()).hasSize(1);
    assertThat(PlacedYaml.read("a: &a [*a]").faults()).hasSize(1);
    assertThat(PlacedYaml.read("a: &a {<<: *a}").faults()).hasSize(1);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(PlacedYaml.read("a: 1\na: 2\n").faults().get(0))
        .hasToString("2:1: 'a' stands twice; keep one");
    assertThat(PlacedYaml.read("a:\n\tb: 1").faults()).hasSize(1);
    assertThat(PlacedYaml.read("a: {<<: 1}").faults().get(0).message()).contains("a single value");
    assertThat(PlacedYaml.read("").root()).isInstanceOf(Nothing.class);
  }
}
