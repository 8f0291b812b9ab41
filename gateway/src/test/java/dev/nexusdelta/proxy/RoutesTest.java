package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/agents, AGENTS, '', ''",
        "/agents/, AGENTS, '', ''",
        "/agents/Math/execute, EXECUTE, Math, ''",
        "/agents/Math/tools, TOOLS, Math, ''",
        "/agents/Math/health, HEALTH, Math, ''",
        "/agents/Math/tools/evaluate, TOOL, Math, evaluate",
        "/agents/tools/tools/tools, TOOL, tools, tools",
        "/agents/execute/execute, EXECUTE, execute, ''",
        "/, CONTROL, '', ''",
        "/agentsx, CONTROL, '', ''",
        "/agents/Math, CONTROL, '', ''",
        "/agents/Math/, CONTROL, '', ''",
        "/agents/Math/tools/, CONTROL, '', ''",
        "/agents/Math/tools/a/b, CONTROL, '', ''",
        "/agents/Math/execute/x, CONTROL, '', ''",
        "/agents//execute, EXECUTE, '', ''",
        "/api/v1/agents, CONTROL, '', ''"
      })
  void findsTheRoute(String path, Route.Kind kind, String agent, String tool) {
    assertThat(Routes.of(path)).isEqualTo(new Route(kind, agent, tool));
  }

  @ParameterizedTest
  @CsvSource({
    "/agents/a/execute, /agents/a/execute",
    "/agents/a/execute?x=%zz, /agents/a/execute",
    "/agents/%41/execute, /agents/A/execute",
    "/agents/%C3%A9/tools, /agents/é/tools",
    "/agents/a%20b, /agents/a b",
    "/a%25zz, /a%zz",
    "/agents/a;x/tools, /agents/a;x/tools",
    "/a..b/.c/d.., /a..b/.c/d.."
  })
  void decodesAPathOnce(String target, String path) {
    assertThat(RequestPath.of(target)).isEqualTo(new RequestPath(path, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "agents",
        "/a/../b",
        "/a/..",
        "/./a",
        "/a/%2e%2e/admin",
        "/a/.%2E/admin",
        "/a%2Fb",
        "/a%2fb",
        "/a%5Cb",
        "/a\\b",
        "/a%00b",
        "/a%0Ab",
        "/a%7f",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%-1",
        "/a%c0%af",
        "/a%ff",
        "/a#b"
      })
  void refusesWhatCouldBeReadInTwoWays(String target) {
    assertThat(RequestPath.of(target).fault()).isNotNull();
  }
}
