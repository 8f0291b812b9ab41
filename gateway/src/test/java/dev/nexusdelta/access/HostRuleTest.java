package dev.nexusdelta.access;

import static dev.nexusdelta.access.HostRule.Verdict.FOREIGN_ORIGIN;
import static dev.nexusdelta.access.HostRule.Verdict.OK;
import static dev.nexusdelta.access.HostRule.Verdict.WRONG_HOST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {
  private final HostRule rule = new HostRule(Set.of("Gateway.example"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:65535",
        "gateway.EXAMPLE:80"
      })
  void servesLoopbackAndListedNamesWithAnyPort(String host) {
    assertThat(rule.check(host, null)).isEqualTo(OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8080",
        "evil.example",
        "localhost.evil.example",
        "localhost:",
        "localhost:80x",
        "localhost:123456",
        "127.0.0.1.nip.io",
        "[::1",
        "[::1]x",
        "user@localhost",
        "127.0.0.2"
      })
  void refusesEveryOtherName(String host) {
    HostRule.Verdict expected = host.equals("localhost:") ? OK : WRONG_HOST;
    assertThat(rule.check(host, null)).isEqualTo(expected);
  }

  @Test
  void refusesAMissingHost() {
    assertThat(rule.check(null, null)).isEqualTo(WRONG_HOST);
  }

  @Test
  void servesPagesOfTheSameOriginOnly() {
    assertThat(rule.check("localhost:8080", "http://localhost:8080")).isEqualTo(OK);
    assertThat(rule.check("localhost:8080", "http://localhost:3000")).isEqualTo(FOREIGN_ORIGIN);
    assertThat(rule.check("localhost:8080", "http://evil.example")).isEqualTo(FOREIGN_ORIGIN);
    assertThat(rule.check("localhost:8080", "null")).isEqualTo(FOREIGN_ORIGIN);
    assertThat(rule.check("localhost:8080", "file://localhost:8080")).isEqualTo(FOREIGN_ORIGIN);
  }
}
