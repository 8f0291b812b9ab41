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
        "/agents/Math/openapi.json, OPEN_API, Math, ''",
        "/agents/Math/openapi.json/, CONTROL, '', ''",
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
        "/agents/Math/httpx, CONTROL, '', ''",
        "/api/v1/agents, CONTROL, '', ''"
      })
  void findsTheRoute(String path, Route.Kind kind, String agent, String tool) {
    assertThat(Routes.of(path)).isEqualTo(new Route(kind, agent, tool));
  }

  @ParameterizedTest
  @CsvSource({
    "/agents/Math/http, ''",
    "/agents/Math/http/, /",
    "/agents/Math/http/a/b, /a/b",
    "/agents/Math/http/http, /http",
    "/agents/Math/http/execute, /execute",
    "/agents/Math/http//execute, //execute"
  })
  void findsAnAgentsOwnRoutes(String path, String own) {
    assertThat(Routes.of(path)).isEqualTo(new Route(Route.Kind.HTTP, "Math", "", own));
  }

  @ParameterizedTest
  @CsvSource({
    "'', /, /",
    "/, /, /",
    "/a/b.c, /a/b.c, /a/b.c",
    "/a b, /a b, /a%20b",
    "/é, /é, /%C3%A9",
    "/a%zz, /a%zz, /a%25zz",
    "/a?b#c, /a?b#c, /a%3Fb%23c",
    "/a;v=1/b, /a;v=1/b, /a;v=1/b",
    "/a/..b, /a/..b, /a/..b",
    "'/a\"<>', '/a\"<>', /a%22%3C%3E",
  })
  void sendsAPathAsItWasRead(String decoded, String value, String sent) {
    assertThat(AgentPath.of(decoded)).isEqualTo(new AgentPath(value, sent, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil/x",
        "/a//b",
        "/a//",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a%2Fb",
        "/a%5cb",
        "/a%00",
        "/a%252e",
        "/open/..;/admin",
        "/open/.;x=1/admin",
        "/;/admin"
      })
  void sendsNoPathThatCouldBeReadInTwoWays(String decoded) {
    assertThat(AgentPath.of(decoded).fault()).isNotNull();
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
