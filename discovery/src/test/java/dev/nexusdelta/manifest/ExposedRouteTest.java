package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposedRouteTest {
  @ParameterizedTest
  @CsvSource({
    "/report, GET, /report, true, true",
    "/report, POST, /report, true, true",
    "/report, GET, /report/, false, true",
    "/report, GET, /reports, false, true",
    "/report, GET, /Report, false, true",
    "GET /report, GET, /report, true, true",
    "GET /report, HEAD, /report, true, true",
    "GET /report, POST, /report, true, false",
    "HEAD /report, GET, /report, true, false",
    "/files/*, PUT, /files/a/b, true, true",
    "/files/*, PUT, /files/, true, true",
    "/files/*, PUT, /files, false, true",
    "/files/*, PUT, /filesystem/a, false, true",
    "/*, GET, /, true, true",
    "/*, GET, /any/thing, true, true",
    "/, GET, /, true, true",
    "/, GET, /a, false, true",
  })
  void coversPathsAndAllowsMethods(
      String entry, String method, String path, boolean covers, boolean allows) {
    ExposedRoute route = ExposedRoute.of(entry).orElseThrow();
    assertThat(route.covers(path)).isEqualTo(covers);
    assertThat(route.allows(method)).isEqualTo(allows);
  }
}
