package dev.nexusdelta.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a card could try, against lists as loose as operators make them. */
final class ForeignAddressesTest {
  private static final String ITSELF = "the gateway itself";
  private static final OwnPlaces OWN =
      new OwnPlaces(
          Map.of(8080, ITSELF, 8079, ITSELF, 5701, ITSELF, 5601, ITSELF, 8081, "a replica of A"),
          Set.of(address("10.1.2.3")),
          Map.of(new InetSocketAddress(address("172.17.0.2"), 8000), "a replica of B"));

  /** All there is, and still not everything. */
  private static final AllowedAddresses EVERYTHING =
      AllowedAddresses.of(List.of("0.0.0.0/0", "::/0", "agents.example")).without(OWN);

  private static final AllowedAddresses NAMED = AllowedAddresses.of(List.of("agents.example"));

  private static final AllowedAddresses ALONE =
      AllowedAddresses.of(List.of("agents.example")).withLoopback().without(OWN);

  private static InetAddress address(String literal) {
    return Objects.requireNonNull(Network.literal(literal), literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "http://169.254.1.1:9000",
        "http://[fe80::1]:9000",
        "http://[fd00:ec2::254]",
        "http://100.100.100.200",
        "http://0.0.0.0:9000",
        "http://0.1.2.3:9000",
        "http://[::]:9000",
        "http://224.0.0.1:9000",
        "http://255.255.255.255:9000",
        "http://[ff02::1]:9000",
        "http://127.1:9000",
        "http://2130706433:9000",
        "http://0x7f000001:9000",
        "http://0x7f.0.0.1:9000",
        "http://0177.0.0.1:9000",
        "http://127.0.0.01:9000",
        "http://user@10.0.0.1:9000",
        "http://user:word@agents.example",
        "http://agents.example@10.0.0.1",
        "ftp://10.0.0.1",
        "file:///etc/passwd",
        "container://MathAgent",
        // What the gateway itself listens at, on any of this machine's addresses.
        "http://127.0.0.1:8080",
        "http://[::1]:5701",
        "http://[::ffff:127.0.0.1]:8079",
        "http://10.1.2.3:5601",
        // And its replicas, which are called by their names.
        "http://127.0.0.1:8081",
        "http://[::ffff:127.9.9.9]:8081",
        "http://10.1.2.3:8081",
        "http://172.17.0.2:8000",
        // IPv6 that leads to loopback or to metadata by way of a translator or tunnel.
        "http://[64:ff9b::7f00:1]:9000",
        "http://[64:ff9b::a9fe:a9fe]",
        "http://[64:ff9b:1::a9fe:a9fe]",
        "http://[2002:7f00:1::1]:9000",
        "http://[2002:a9fe:a9fe::1]",
        "http://[2001:0:1234::5601:5601]",
        "http://[::7f00:1]:9000",
        "http://[::ffff:0:7f00:1]:9000",
        "http://[2001:db8::5efe:7f00:1]:9000"
      })
  void isNeverCalledWhateverIsListed(String url) {
    assertThat(EVERYTHING.refusal(URI.create(url))).get().asString().contains(" is not called: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://203.0.113.9:9000",
        "http://10.0.0.7:9000",
        "http://10.1.2.3:9000",
        "http://127.0.0.1:9000",
        "http://172.17.0.2:8001",
        "http://172.17.0.3:8000",
        "http://[2001:db8::1]:9000",
        "http://[64:ff9b::cb00:7109]:9000",
        "http://agents.example.:9000"
      })
  void isCalledWhereItIsListed(String url) {
    assertThat(EVERYTHING.refusal(URI.create(url))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9000",
        "http://127.255.0.9:9000",
        "http://[::1]:9000",
        "http://[::ffff:127.0.0.1]:9000",
        "http://localhost:9000",
        "http://localhost.:9000",
        "http://LocalHost:9000"
      })
  void loopbackIsCalledOnlyWhileTheGatewayIsThereAlone(String url) {
    assertThat(ALONE.refusal(URI.create(url))).isEmpty();
    assertThat(NAMED.refusal(URI.create(url))).isPresent();
    URI own = URI.create(url.replace(":9000", ":8080"));
    assertThat(ALONE.refusal(own)).get().asString().endsWith("that is the gateway itself");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9,",
    "2001:db8::9,",
    "10.0.0.7,marketplace.allow does not list 10.0.0.7",
    "192.168.1.1,marketplace.allow does not list",
    "100.64.0.1,marketplace.allow does not list",
    "fd12::1,marketplace.allow does not list",
    "127.0.0.1,marketplace.allow does not list",
    "::1,marketplace.allow does not list",
    "::ffff:127.0.0.1,marketplace.allow does not list",
    "169.254.169.254,no agent listens at such an address",
    "0.0.0.0,no agent listens at such an address",
    "fe80::1,no agent listens at such an address",
    "64:ff9b::a00:1,it leads to an IPv4 address that may not be called"
  })
  void aListedNameIsGoodForPublicAddressesOnly(String resolved, String refusal) {
    URI url = URI.create("http://agents.example:9000");
    for (AllowedAddresses allowed : List.of(NAMED, ALONE)) {
      Optional<Refusal> found = allowed.refusal(url, address(resolved));
      if (refusal == null) {
        assertThat(found).isEmpty();
      } else {
        assertThat(found).get().asString().contains(refusal);
        assertThat(found).map(Refusal::listable).contains(!refusal.startsWith("no agent"));
      }
    }
  }

  @Test
  void aNameMayStandForAnInsideAddressWhoseNetworkIsListed() {
    AllowedAddresses both = AllowedAddresses.of(List.of("agents.example", "10.0.0.0/8"));
    URI url = URI.create("http://agents.example:9000");
    assertThat(both.refusal(url, address("10.0.0.7"))).isEmpty();
    assertThat(both.refusal(url, address("192.168.0.7"))).isPresent();
    URI other = URI.create("http://others.example:9000");
    assertThat(both.refusal(other, address("10.0.0.7")))
        .map(Refusal::reason)
        .contains(
            "http://others.example:9000 is not called: marketplace.allow does not list"
                + " others.example");
    URI literal = URI.create("http://10.0.0.7:9000");
    assertThat(both.refusal(literal, address("10.0.0.7"))).isEmpty();
  }

  @Test
  void aNameThatStandsForTheGatewayItselfIsRefused() {
    URI url = URI.create("http://agents.example:8080");
    assertThat(EVERYTHING.refusal(url, address("10.1.2.3")))
        .map(Refusal::reason)
        .contains("http://agents.example:8080 is not called: that is the gateway itself");
    assertThat(ALONE.refusal(URI.create("http://localhost:9000"), address("::1"))).isEmpty();
  }

  @Test
  void aNameThatStandsForAReplicaOfTheGatewaysOwnIsRefused() {
    assertThat(EVERYTHING.refusal(URI.create("http://agents.example:8000"), address("172.17.0.2")))
        .map(Refusal::reason)
        .contains("http://agents.example:8000 is not called: that is a replica of B");
    assertThat(ALONE.refusal(URI.create("http://localhost:8081")))
        .map(Refusal::reason)
        .contains("http://localhost:8081 is not called: that is a replica of A");
  }

  @Test
  void aRefusalShowsNoPassword() {
    assertThat(NAMED.refusal(URI.create("http://me:secret@10.0.0.1:9000")))
        .get()
        .asString()
        .doesNotContain("secret");
  }
}
