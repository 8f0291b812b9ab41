import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.agent.AgentTester;
import dev.nexusdelta.agent.ToolException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class DataAgentTest {
  private final AgentTester agent = AgentTester.of(new DataAgent());

  private Json call(String tool, Map<String, ?> parameters) {
    return new Json(agent.call(tool, parameters));
  }

  @Test
  void summarizesTheListOfTheFirstExample() {
    Json summary = call("process_data", Map.of("data", List.of(1, 2, 3, 4, 5)));

    assertThat(summary.number("count")).isEqualTo(5);
    assertThat(summary.number("sum")).isEqualTo(15);
    assertThat(summary.number("mean")).isEqualTo(3);
    assertThat(summary.number("median")).isEqualTo(3);
    assertThat(summary.number("deviation")).isCloseTo(Math.sqrt(2.5), within(1e-12));
    assertThat(summary.number("populationDeviation")).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(summary.number("quartiles", "q1")).isEqualTo(2);
    assertThat(summary.number("quartiles", "q3")).isEqualTo(4);
    assertThat(summary.number("skewness")).isCloseTo(0, within(1e-12));
  }

  @Test
  void interpolatesQuartilesAsSpreadsheetsDo() {
    Json summary = call("process_data", Map.of("data", List.of(7, 15, 36, 39, 40, 41)));

    assertThat(summary.number("quartiles", "q1")).isEqualTo(20.25);
    assertThat(summary.number("median")).isEqualTo(37.5);
    assertThat(summary.number("quartiles", "q3")).isEqualTo(39.75);
  }

  @Test
  void leavesOutWhatAnEmptyListCannotTell() {
    Json summary = call("process_data", Map.of("data", List.of()));

    assertThat(summary.number("count")).isZero();
    assertThat(summary.number("sum")).isZero();
    assertThat(summary.isAbsent("mean")).isTrue();
    assertThat(summary.isAbsent("quartiles")).isTrue();
  }

  @Test
  void leavesOutTheDeviationOfOneValue() {
    Json summary = call("process_data", Map.of("data", List.of(7)));

    assertThat(summary.number("median")).isEqualTo(7);
    assertThat(summary.isAbsent("deviation")).isTrue();
    assertThat(summary.number("populationDeviation")).isZero();
  }

  @Test
  void keepsDigitsThatANaiveSumLoses() {
    Json summary = call("process_data", Map.of("data", List.of(1e16, 1.0, -1e16)));

    assertThat(summary.number("sum")).isEqualTo(1);
  }

  @Test
  void refusesNumbersWhoseSquaresWouldOverflow() {
    assertThatThrownBy(() -> call("process_data", Map.of("data", List.of(1, 1e200))))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("data[1] is 1.0E200");
  }

  @Test
  void namesTheElementThatIsNoNumber() {
    assertThatThrownBy(() -> call("process_data", Map.of("data", List.of(1, "two"))))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("/data/1");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataAgent.OutlierMethod.class,
      names = {"IQR", "MAD"})
  void findsTheValueThatStandsOut(DataAgent.OutlierMethod method) {
    Json found =
        call(
            "outliers",
            Map.of("data", List.of(10, 12, 11, 13, 12, 95, 11), "method", method.name()));

    assertThat(found.list("outliers")).hasSize(1);
    assertThat(found.list("outliers").get(0).number("index")).isEqualTo(5);
    assertThat(found.list("outliers").get(0).number("value")).isEqualTo(95);
    assertThat(found.number("upper")).isLessThan(95);
  }

  @Test
  void measuresInStandardDeviationsIfAsked() {
    List<Double> data = IntStream.range(0, 50).mapToObj(i -> i == 20 ? 500.0 : i % 3).toList();
    Json found = call("outliers", Map.of("data", data, "method", "ZSCORE"));

    assertThat(found.list("outliers")).singleElement().matches(o -> o.number("index") == 20);
    assertThat(found.list("outliers").get(0).number("score")).isGreaterThan(3);
  }

  @Test
  void tellsOutliersOfAListWithoutSpread() {
    Json found = call("outliers", Map.of("data", List.of(4, 4, 4, 4, 9)));

    assertThat(found.list("outliers")).singleElement().matches(o -> o.number("score") == 5);
  }

  @Test
  void seesAStraightLine() {
    Json line = call("correlation", Map.of("x", List.of(1, 2, 3), "y", List.of(5, 7, 9)));

    assertThat(line.number("coefficient")).isEqualTo(1);
    assertThat(line.number("slope")).isEqualTo(2);
    assertThat(line.number("intercept")).isEqualTo(3);
  }

  @Test
  void comparesRanksWithTies() {
    Map<String, ?> pairs =
        Map.of("x", List.of(1, 2, 2, 4), "y", List.of(10, 20, 20, 9000), "method", "SPEARMAN");

    assertThat(call("correlation", pairs).number("coefficient")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'[1,2]',   '[1,2,3]', x has 2 values and y has 3",
    "'[1,1]',   '[1,2]',   x never changes",
    "'[1,2]',   '[3,3]',   y never changes",
    "'[1]',     '[1]',     at least 2 pairs",
  })
  void refusesWhatHasNoCorrelation(String x, String y, String reason) {
    AgentTester.Reply reply =
        agent.execute(
            "{\"tool_name\":\"correlation\",\"parameters\":{\"x\":" + x + ",\"y\":" + y + "}}");

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body()).contains(reason);
  }

  @Test
  void summarizesTheColumnsOfATable() {
    String csv =
        "\uFEFFname,age,member\r\nÄnne,30,true\r\n\"Bob, Jr\",,false\r\n\r\n\"line\nbreak\",25.5,TRUE\r\n";
    Json table = call("csv_summary", Map.of("csv", csv));
    List<Json> columns = table.list("summary");

    assertThat(table.number("rows")).isEqualTo(3);
    assertThat(columns.stream().map(c -> c.text("name"))).containsExactly("name", "age", "member");
    assertThat(columns.stream().map(c -> c.text("type")))
        .containsExactly("text", "number", "boolean");
    assertThat(columns.get(1).number("missing")).isEqualTo(1);
    assertThat(columns.get(1).number("statistics", "mean")).isEqualTo(27.75);
    assertThat(columns.get(0).list("top").stream().map(t -> t.text("value"))).contains("Bob, Jr");
  }

  @Test
  void guessesTheDelimiterAndFillsRowsThatAreTooShort() {
    Json table = call("csv_summary", Map.of("csv", "1;2\n3;4;5\n6", "header", false));

    assertThat(table.text("delimiter")).isEqualTo(";");
    assertThat(table.number("columns")).isEqualTo(3);
    assertThat(table.list("summary").stream().map(c -> c.number("missing")))
        .containsExactly(0.0, 1.0, 2.0);
  }

  @Test
  void countsWordsForNumbersOnlyWhereEveryCellIsANumber() {
    Json table = call("csv_summary", Map.of("csv", "a,b,c\n1,NaN,1e3\nx,1d,-2"));

    assertThat(table.list("summary").stream().map(c -> c.text("type")))
        .containsExactly("text", "text", "number");
  }

  @ParameterizedTest
  @CsvSource({
    "'a,b\n\"open,1', close every quote",
    "'\n\n',         holds no row",
  })
  void refusesBrokenTables(String csv, String reason) {
    assertThatThrownBy(() -> call("csv_summary", Map.of("csv", csv)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesTablesThatAreTooWide() {
    String row =
        IntStream.range(0, 201).mapToObj(Integer::toString).collect(Collectors.joining(","));

    assertThatThrownBy(() -> call("csv_summary", Map.of("csv", row)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("201 cells");
  }

  @Test
  void rollsOverASeries() {
    AgentTester.Streamed streamed =
        agent.stream("rolling", Map.of("data", List.of(1, 2, 6, 0), "window", 2));

    assertThat(streamed.items())
        .containsExactly(
            Map.of("end", 1, "mean", 1.5, "min", 1.0, "max", 2.0),
            Map.of("end", 2, "mean", 4.0, "min", 2.0, "max", 6.0),
            Map.of("end", 3, "mean", 3.0, "min", 0.0, "max", 6.0));
    assertThat(streamed.progress()).contains(new AgentTester.Progress(0, 3, ""));
    assertThat(agent.stream("rolling", Map.of("data", List.of(1))).failure())
        .hasMessageContaining("fewer than a window");
  }
}
