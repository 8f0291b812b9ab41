import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.agent.AgentTester;
import dev.nexusdelta.agent.ToolException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeAgentTest {
  private static final String SHOP =
      """
      package shop;

      import java.util.List;
      import static java.lang.Math.max;

      /** Sells. */
      public final class Shop<T> extends Base implements Runnable, Closeable {
        private int stock, sold[];

        Shop(int stock) throws E { this.stock = stock; }

        public int price(int count, String... coupons) {
          for (int i = 0; i < count; i++) {
            if (i > 2 && count < 9 || coupons == null) {
              while (true) {
                try { run(); } catch (RuntimeException | Error e) { }
              }
            } else if (i == 0) { }
          }
          switch (count) { case 1: case 2: break; default: }
          Object o = new Object() { public String toString() { return stock > 1 ? "a" : "b"; } };
          return 0;
        }
        // nothing else
        enum Size implements Tag { SMALL, LARGE { void grow() {} } }
        record Item(String name, int cents) { Item { } }
        interface Tag { void m(); }
        @interface Mark { }
      }
      """;
  private final AgentTester agent = AgentTester.of(new CodeAgent());

  private Json call(String tool, String source) {
    return new Json(agent.call(tool, Map.of("source", source)));
  }

  @Test
  void acceptsModernJava() {
    Json result =
        call(
            "check",
            "sealed interface S permits P {} record P(int x) implements S { P { if (x < 0) throw new E(); } }\n"
                + "class Q { int f(Object o) { return switch (o) { case Integer i when i > 3 -> 1;"
                + " case P(int x) -> x; default -> { yield 2; } }; } String t = \"\"\"\n  \u00e4\n  \"\"\"; }");

    assertThat(result.flag("valid")).isTrue();
    assertThat(result.list("problems")).isEmpty();
  }

  @Test
  void tellsThePositionOfEachError() {
    Json result =
        call(
            "check",
            "class A {\n  void f() {\n    int x = ;\n  }\n  void g() {\n    x++\n  }\n}\n");
    List<Json> problems = result.list("problems");

    assertThat(result.flag("valid")).isFalse();
    assertThat(problems.stream().map(p -> p.number("line"))).containsExactly(3.0, 6.0);
    assertThat(problems.get(0).text("excerpt")).isEqualTo("int x = ;");
    assertThat(problems.get(0).number("column")).isPositive();
    assertThat(problems.get(0).text("message")).contains("\";\"");
  }

  @Test
  void tellsThePositionOfAStringThatIsNotClosed() {
    Json problem = call("check", "class A {\n  String s = \"abc;\n}\n").list("problems").get(0);

    assertThat(problem.number("line")).isEqualTo(2);
    assertThat(problem.number("column")).isEqualTo(19);
  }

  @Test
  void outlinesTypesAndMembers() {
    Json outline = call("outline", SHOP);
    List<Json> types = outline.list("types");

    assertThat(outline.text("packageName")).isEqualTo("shop");
    assertThat(outline.texts("imports"))
        .containsExactly("java.util.List", "static java.lang.Math.max");
    assertThat(types.stream().map(t -> t.text("kind") + " " + t.text("name")))
        .containsExactly(
            "class Shop",
            "enum Shop.Size",
            "record Shop.Item",
            "interface Shop.Tag",
            "annotation Shop.Mark");
    assertThat(types.get(0).texts("supertypes")).containsExactly("Base", "Runnable", "Closeable");
    assertThat(types.get(0).texts("modifiers")).containsExactly("public", "final");
    assertThat(types.get(0).list("members").stream().map(m -> m.text("signature")))
        .containsExactly(
            "int stock",
            "int[] sold",
            "Shop(int stock) throws E",
            "public int price(int count, String... coupons)");
    assertThat(types.get(1).list("members").stream().map(m -> m.text("name")))
        .containsExactly("SMALL", "LARGE");
    assertThat(types.get(2).list("members").stream().map(m -> m.text("signature")))
        .containsExactly("String name", "int cents");
  }

  @Test
  void countsDecisionsPerMethod() {
    Json complexity = call("complexity", SHOP);
    Json price = complexity.list("details").get(0);

    // for, if, &&, ||, while, catch, else if, two cases
    assertThat(price.text("name")).isEqualTo("Shop.price");
    assertThat(price.number("cyclomatic")).isEqualTo(10);
    assertThat(price.number("nesting")).isEqualTo(4);
    assertThat(price.number("parameters")).isEqualTo(2);
    assertThat(complexity.list("details").get(1).number("cyclomatic")).isEqualTo(2);
    assertThat(complexity.number("methods")).isEqualTo(5);
    assertThat(complexity.number("complex")).isZero();
    assertThat(complexity.number("codeLines")).isLessThan(complexity.number("lines"));
  }

  @Test
  void refusesToMeasureBrokenCode() {
    assertThatThrownBy(() -> call("complexity", "class A {"))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("line 1, column");
    assertThatThrownBy(() -> call("outline", " "))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "outline", "complexity"})
  void survivesEndlessNesting(String tool) {
    String nested = "class A { int x = " + "(".repeat(60_000) + "1" + ")".repeat(60_000) + "; }";
    String chained = "class A { int x = 1" + "+1".repeat(90_000) + "; }";

    assertThatThrownBy(() -> call(tool, nested))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("nested too deeply");
    // Whether this fits the stack depends on the JVM; what matters is that it ends in an answer.
    String body =
        "{\"tool_name\":\"" + tool + "\",\"parameters\":{\"source\":\"" + chained + "\"}}";
    assertThat(agent.execute(body).status()).isIn(200, 422);
  }
}
