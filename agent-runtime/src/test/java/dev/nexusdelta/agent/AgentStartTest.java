package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AgentStartTest {
  private static void refused(Object agent, String... words) {
    assertThatThrownBy(() -> AgentTester.of(agent))
        .isInstanceOf(AgentStartException.class)
        .message()
        .contains(words);
  }

  /** No tools. */
  public static final class Empty {}

  @Test
  void refusesAnAgentWithoutTools() {
    refused(new Empty(), "Empty", "mark a public method with @Tool");
  }

  /** Twice the same name. */
  public static final class Twins {
    @Tool
    public void same() {}

    @Tool(name = "same")
    public void other() {}
  }

  @Test
  void refusesTwoToolsOfOneName() {
    refused(new Twins(), "two tools are named same");
  }

  /** A tool nobody can call. */
  public static final class Hidden {
    @Tool
    void hidden() {}
  }

  @Test
  void refusesHiddenTools() {
    refused(new Hidden(), "Hidden.hidden", "make it public");
  }

  /** A parameter of a type without a form in JSON. */
  public static final class Unsupported {
    @Tool
    public void run(List<Thread> threads) {}
  }

  @Test
  void refusesUnsupportedTypes() {
    refused(
        new Unsupported(),
        "Unsupported.run: threads: type java.lang.Thread is not supported",
        "use a record");
  }

  /** A map that is no Map. */
  public static final class Concrete {
    @Tool
    public TreeMap<String, String> run() {
      return new TreeMap<>();
    }
  }

  @Test
  void refusesConcreteCollections() {
    refused(new Concrete(), "java.util.TreeMap is not supported: use Map");
  }

  /** A default of another type. */
  public static final class BadDefault {
    @Tool
    public void run(@Param(defaultValue = "many") int count) {}
  }

  @Test
  void refusesABadDefault() {
    refused(new BadDefault(), "the default \"many\" of count", "must be an integer");
  }

  /** A limit of another type. */
  public static final class BadLimit {
    @Tool
    public void run(@Param(min = 1) String text) {}
  }

  @Test
  void refusesALimitThatDoesNotFit() {
    refused(new BadLimit(), "min and max are for numbers, not for String");
  }

  /** A pattern that is none. */
  public static final class BadPattern {
    @Tool
    public void run(@Param(pattern = "(") String text) {}
  }

  @Test
  void refusesABadPattern() {
    refused(new BadPattern(), "BadPattern.run", "is no regular expression");
  }

  @Test
  void refusesABadEnvironment() {
    AgentBuilder builder = AgentBuilder.of(new EverythingAgent());
    assertThatThrownBy(() -> builder.environment(Map.of("PORT", "eighty")).start())
        .hasMessage("environment variable PORT is \"eighty\": expected a number from 0 to 65535");
    assertThatThrownBy(() -> builder.environment(Map.of("AGENT_MAX_BODY", "4MB")).start())
        .hasMessageContaining("AGENT_MAX_BODY is \"4MB\": expected a size like 4MiB");
  }

  @Test
  void refusesAnAddressThatIsNotHere() {
    AgentBuilder builder = AgentBuilder.of(new EverythingAgent());
    assertThatThrownBy(() -> builder.environment(Map.of("PORT", "0", "HOST", "192.0.2.1")).start())
        .hasMessageContaining("Everything cannot listen on 192.0.2.1:0");
  }
}
