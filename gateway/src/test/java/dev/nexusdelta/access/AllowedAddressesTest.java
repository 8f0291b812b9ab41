package dev.nexusdelta.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedAddressesTest {
  private static final String REPLICA = "a replica of A";
  private static final AllowedAddresses LISTED =
      AllowedAddresses.of(List.of("192.0.2.7", "10.0.0.0/8", "fd00::/8", "Agents.Example"));
  private static final AllowedAddresses WITH_LOOPBACK =
      AllowedAddresses.of(List.of())
          .withLoopback()
          .without(
              new OwnPlaces(
                  Map.of(8080, "the gateway itself", 5701, "the gateway itself", 8081, REPLICA),
                  Set.of(),
                  Map.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.7:9000",
        "https://10.200.1.1",
        "http://[fd12::1]:9000",
        "http://agents.example:9000/base",
        "http://AGENTS.example"
      })
  void whatIsListedMayBeCalled(String address) {
    assertThat(LISTED.refusal(URI.create(address))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "http://127.0.0.1:2375",
        "http://localhost:9000",
        "http://[::1]:9000",
        "http://[::ffff:127.0.0.1]:9000",
        "http://0.0.0.0:9000",
        "http://127.1:9000",
        "http://2130706433:9000",
        "http://0x7f000001:9000",
        "http://192.0.2.8:9000",
        "http://sub.agents.example:9000",
        "http://agents.example.evil.example",
        "http://user@10.0.0.1:9000",
        "http://agents.example@evil.example",
        "ftp://10.0.0.1",
        "container://MathAgent:9000",
        "file:///etc/passwd"
      })
  void whatIsNotListedMayNot(String address) {
    assertThat(LISTED.refusal(URI.create(address))).get().asString().contains("is not called: ");
  }

  @Test
  void loopbackMayBeCalledWhileNobodyElseReachesTheGatewayButNotTheGatewayItself() {
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://127.0.0.1:9000"))).isEmpty();
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://localhost:9000"))).isEmpty();
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://[::1]:9000"))).isEmpty();
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://127.0.0.1:8080")))
        .map(Refusal::reason)
        .contains("http://127.0.0.1:8080 is not called: that is the gateway itself");
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://[::ffff:127.0.0.1]:5701"))).isPresent();
    assertThat(WITH_LOOPBACK.refusal(URI.create("http://10.0.0.1:9000")))
        .map(Refusal::reason)
        .contains("http://10.0.0.1:9000 is not called: marketplace.allow does not list 10.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254, 'link-local addresses and metadata services, where clouds keep'",
    "http://[fd00:ec2::254], 'link-local addresses and metadata services, where clouds keep'",
    "http://0.0.0.0:9000, it stands for no machine and is never called",
    "http://[::]:9000, it stands for no machine and is never called",
    "http://224.0.0.1:9000, multicast and reserved addresses are never called"
  })
  void whatIsNeverCalledSaysWhy(String address, String why) {
    assertThat(LISTED.refusal(URI.create(address)))
        .get()
        .asString()
        .contains(why)
        .contains("never called")
        .doesNotContain("marketplace.allow");
    assertThat(LISTED.refusal(URI.create(address))).map(Refusal::listable).contains(false);
  }

  @Test
  void whatCannotBeListedIsNamed() {
    assertThatThrownBy(() -> AllowedAddresses.of(List.of("10.0.0.0/8", "http://x")))
        .hasMessageContaining("'http://x' is no address, network or name");
    assertThatThrownBy(() -> AllowedAddresses.of(List.of("127.1"))).hasMessageContaining("127.1");
  }
}
