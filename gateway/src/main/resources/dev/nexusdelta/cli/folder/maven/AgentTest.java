import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nexusdelta.agent.AgentTester;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class @class@Test {
  @Test
  void averagesNumbers() {
    Object answer = AgentTester.of(new @class@()).call("process_data", Map.of("data", List.of(1, 2, 3)));
    assertTrue(answer.toString().contains("2.0"), answer.toString());
  }
}
