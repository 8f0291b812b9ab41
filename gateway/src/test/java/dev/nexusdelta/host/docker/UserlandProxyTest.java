package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserlandProxyTest {
  private static final String ENGINE = line("/usr/sbin/dockerd", "-H", "fd://");
  private static final String WITHOUT = line("dockerd", "--userland-proxy=false");
  private static final String PROXY =
      line(
          "/usr/sbin/docker-proxy", "-proto", "tcp", "-host-port", "8081", "-container-port", "80");

  private static String line(String... words) {
    return String.join("\0", words) + "\0";
  }

  private static Optional<Boolean> isOn(Set<Integer> published, String... lines) {
    return UserlandProxy.isOn(false, published, List.of(lines));
  }

  @Test
  void isOnWhereAProxyHoldsAPublishedPort() {
    assertThat(isOn(Set.of(8081, 9), ENGINE, PROXY)).contains(true);
    assertThat(isOn(Set.of(808), ENGINE, PROXY)).contains(false);
    assertThat(isOn(Set.of(8081), ENGINE)).contains(false);
  }

  @Test
  void isAsTheEngineWasToldWhereNothingIsPublished() {
    assertThat(isOn(Set.of(), ENGINE)).isEmpty();
    assertThat(isOn(Set.of(), WITHOUT)).contains(false);
    assertThat(isOn(Set.of(), WITHOUT, ENGINE)).isEmpty();
  }

  @Test
  void cannotBeToldWhereNoEngineIsSeen() {
    assertThat(isOn(Set.of(8081))).isEmpty();
    assertThat(UserlandProxy.isOn(true, Set.of(), List.of())).contains(true);
    assertThat(UserlandProxy.commandLines()).allMatch(line -> line.contains("docker"));
  }
}
