package dev.nexusdelta.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingTest {
  /** A bean whose members the compiler may list in any order. */
  @SuppressWarnings("unused") // Jackson reads them.
  public static final class Order {
    public String product = "tea";
    public int amount = 2;
  }

  @Test
  void membersHaveOneOrderWhateverTheirMapHas() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("b", Map.of("y", 1, "x", 2));
    one.put("a", List.of(new Order()));
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("a", List.of(new Order()));
    other.put("b", Map.of("x", 2, "y", 1));
    String text = "{\"a\":[{\"amount\":2,\"product\":\"tea\"}],\"b\":{\"x\":2,\"y\":1}}";
    assertThat(Mapping.parameters(one, "parameters")).hasToString(text);
    assertThat(Mapping.parameters(other, "parameters")).hasToString(text);
  }

  @Test
  void keysThatHaveNoOrderAreTakenAsTheyCome() {
    Map<Object, Integer> keys = new LinkedHashMap<>();
    keys.put(
        new Object() {
          @Override
          public String toString() {
            return "second";
          }
        },
        1);
    keys.put("first", 2);
    assertThat(Mapping.parameters(keys, "parameters").get("second")).hasToString("1");
  }

  @Test
  void whatTheCallerWroteStaysAsItIs() {
    assertThat(Mapping.parameters("{\"b\": 1, \"a\": 2}", "parameters"))
        .hasToString("{\"b\":1,\"a\":2}");
  }
}
