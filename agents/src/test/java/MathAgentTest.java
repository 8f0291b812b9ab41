import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.agent.AgentTester;
import dev.nexusdelta.agent.ToolException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MathAgentTest {
  private final AgentTester agent = AgentTester.of(new MathAgent());

  private Json call(String tool, Map<String, ?> parameters) {
    return new Json(agent.call(tool, parameters));
  }

  @ParameterizedTest
  @CsvSource({
    "1 + 2 * 3, 7",
    "-2^2, -4",
    "2^3^2, 512",
    "2^-1, 0.5",
    "7 - 2 - 1, 4",
    "(1 - 3)^2, 4",
    "2pi, 6.283185307179586",
    "2(x + 1), 8",
    "3x^2, 27",
    "√(16) × 2 ÷ 4, 2",
    "x² − 1, 8",
    "1.5e3, 1500",
    "2e, 5.43656365691809",
    "abs(-3) + floor(2.7) + ceil(2.1), 8",
    "log(1000) + ln(e), 4",
    "49 / 49, 1",
  })
  void evaluates(String expression, double value) {
    Json result = call("evaluate", Map.of("expression", expression, "variables", Map.of("x", 3)));

    assertThat(result.number("value")).isCloseTo(value, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "49*(1/49)",
        "1-(2-3)-(4+5)",
        "2-(-x)",
        "(x+1)^(2x)",
        "-(x+1)^2",
        "(-2)^3",
        "x/(2*3)/4"
      })
  void writesAnExpressionSoThatItMeansTheSameAgain(String expression) {
    Map<String, ?> x = Map.of("x", 1.7);
    Json first = call("evaluate", Map.of("expression", expression, "variables", x));
    Json again = call("evaluate", Map.of("expression", first.text("expression"), "variables", x));

    assertThat(again.number("value")).isEqualTo(first.number("value"));
  }

  @ParameterizedTest
  @CsvSource({
    "x^3, 3 * x^2",
    "sin(x)^2, 2 * cos(x) * sin(x)",
    "x * sin(x), sin(x) + x * cos(x)",
    "exp(2x), 2 * exp(2 * x)",
    "1/x, -1 / x^2",
    "a*x^2 + b*x + c, 2 * a * x + b",
    "x/3, 1 / 3",
    "2^x, 2^x * ln(2)",
    "e^x, e^x",
    "sqrt(x), 1 / (2 * sqrt(x))",
    "(2x)^2, 8 * x",
    "x*x*x, 3 * x^2",
    "y, 0",
    "exp(x)/exp(x), 0",
  })
  void derivesAndSimplifies(String expression, String derivative) {
    assertThat(call("derivative", Map.of("expression", expression)).text("derivative"))
        .isEqualTo(derivative);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x^x", "tan(x)", "asin(x/3)", "acos(x/3)", "atan(x^2)", "sinh(x)*cosh(x)", "tanh(x)",
            "log(x)/x",
        "cbrt(x)", "sqrt(1+x^2)", "abs(x-3)", "(x+1)^2/(x-4)^3", "x^(1/3)", "ln(sin(x))", "2^(x^2)",
            "-(x-1)^-2"
      })
  void agreesWithTheDifferenceQuotient(String expression) {
    String derivative = call("derivative", Map.of("expression", expression)).text("derivative");

    assertThat(at(derivative, 1.3))
        .isCloseTo((at(expression, 1.3 + 1e-6) - at(expression, 1.3 - 1e-6)) / 2e-6, within(1e-6));
  }

  @Test
  void derivesRepeatedly() {
    assertThat(call("derivative", Map.of("expression", "x^5", "order", 5)).text("derivative"))
        .isEqualTo("120");
  }

  private double at(String expression, double x) {
    return call("evaluate", Map.of("expression", expression, "variables", Map.of("x", x)))
        .number("value");
  }

  @ParameterizedTest
  @CsvSource({
    "x^2, 0, 3, 9",
    "sin(x), 0, 3.141592653589793, 2",
    "sin(x), -1, 1, 0",
    "exp(-x^2), -50, 50, 1.772453850905516",
    "abs(x), -1, 2, 2.5",
    "sqrt(x), 0, 1, 0.6666666666666666",
    "x, 3, 0, -4.5",
    "x, 2, 2, 0",
  })
  void integrates(String expression, double from, double to, double value) {
    Json result = call("integrate", Map.of("expression", expression, "from", from, "to", to));

    assertThat(result.number("value")).isCloseTo(value, within(1e-8));
  }

  @ParameterizedTest
  @CsvSource({"1/x, -1, 2", "1/x^2, 0, 1", "tan(x), 0, 3", "exp(x), 0, 1000", "ln(x), -2, -1"})
  void refusesIntegralsThatDoNotExist(String expression, double from, double to) {
    assertThatThrownBy(
            () -> call("integrate", Map.of("expression", expression, "from", from, "to", to)))
        .isInstanceOf(ToolException.class)
        .hasMessageMatching("(?s).*(no finite value at|does not converge).*");
  }

  @Test
  void findsSimpleAndTouchingRootsButNoPoles() {
    assertThat(roots("x^3 - 6x^2 + 11x - 6")).containsExactly(1.0, 2.0, 3.0);
    assertThat(roots("(x - 1.05)^2")).singleElement().matches(r -> Math.abs(r - 1.05) < 1e-7);
    assertThat(roots("x^2")).containsExactly(0.0);
    assertThat(roots("1/x")).isEmpty();
    assertThat(roots("x^2 + 1")).isEmpty();
    assertThat(roots("ln(x) + 5")).singleElement().matches(r -> Math.abs(r - Math.exp(-5)) < 1e-12);
    assertThat(roots("tan(x)")).hasSize(63);
  }

  private List<Double> roots(String expression) {
    return call("roots", Map.of("expression", expression)).list("roots").stream()
        .map(r -> ((Number) r.value()).doubleValue())
        .toList();
  }

  @Test
  void saysSoWhenThereAreMoreRootsThanListed() {
    Json result = call("roots", Map.of("expression", "sin(10x)"));

    assertThat(result.list("roots")).hasSize(100);
    assertThat(result.flag("truncated")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "evaluate, sin(, position 5",
    "evaluate, 1..2, position 3",
    "evaluate, (1+2, for the",
    "evaluate, foo(3), no function foo",
    "evaluate, 1/0, no finite value",
    "evaluate, q + 1, no value for q",
    "evaluate, sqrt(-1), no finite value",
    "roots, 5, does not depend on x",
    "roots, 0*x, zero everywhere",
  })
  void explainsWhatIsWrong(String tool, String expression, String reason) {
    assertThatThrownBy(() -> call(tool, Map.of("expression", expression)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesConstantsAsVariables() {
    assertThatThrownBy(
            () -> call("evaluate", Map.of("expression", "e", "variables", Map.of("e", 1))))
        .hasMessageContaining("variables.e is a constant");
    assertThatThrownBy(() -> call("derivative", Map.of("expression", "pi", "variable", "pi")))
        .hasMessageContaining("is a constant");
  }

  /** Threads of tools may have stacks of 256 KiB. */
  @ParameterizedTest
  @ValueSource(strings = {"(", "-", "sin(", "x^", "x*", "1+", "x-(", "1/(x+"})
  void survivesLongInputOnASmallStack(String piece) throws InterruptedException {
    String open = piece.repeat(1000 / piece.length() - 100) + "x";
    long depth = open.chars().filter(c -> c == '(').count();
    List<String> inputs =
        List.of(open, open + ")".repeat((int) Math.min(depth, 1000 - open.length())));
    List<Integer> statuses = new CopyOnWriteArrayList<>();
    Thread small =
        new Thread(
            null,
            () -> inputs.forEach(i -> statuses.add(agent.execute(body("derivative", i)).status())),
            "small",
            256 << 10);
    small.start();
    small.join(30_000);

    assertThat(statuses).hasSize(2).allMatch(status -> status == 200 || status == 422);
  }

  private static String body(String tool, String expression) {
    return "{\"tool_name\":\""
        + tool
        + "\",\"parameters\":{\"expression\":\""
        + expression
        + "\"}}";
  }

  @Test
  void refusesDerivativesThatOutgrowAllBounds() {
    assertThatThrownBy(
            () -> call("derivative", Map.of("expression", "x^".repeat(60) + "x", "order", 3)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("more than 5000 terms");
  }
}
