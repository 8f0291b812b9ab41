package dev.nexusdelta.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies OURS =
      TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8"));

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, true",
    "10.255.255.255, true",
    "11.0.0.0, false",
    "192.0.2.7, true",
    "192.0.2.8, false",
    "::ffff:10.1.2.3, true",
    "fd12::1, true",
    "fe00::1, false",
    "::1, false"
  })
  void knowsItsOwn(String address, boolean ours) {
    assertThat(OURS.contains(at(address))).isEqualTo(ours);
    assertThat(TrustedProxies.NONE.contains(at(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/", "a::b::c"})
  void saysWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of("10.0.0.0/8", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is no address and no network such as 192.0.2.7 or 10.0.0.0/8");
  }

  @Test
  void believesAGatewayWhereverItIs() {
    List<String> chain = List.of("1.1.1.1, 198.51.100.1");
    assertThat(TrustedProxies.NONE.callerBehind(at("203.0.113.9"), chain))
        .isEqualTo(at("198.51.100.1"));
    assertThat(TrustedProxies.NONE.callerBehind(at("203.0.113.9"), List.of()))
        .isEqualTo(at("203.0.113.9"));
    // Its own address within the chain is no reason to believe what stands before.
    assertThat(TrustedProxies.NONE.callerBehind(at("203.0.113.9"), List.of("1.1.1.1, 203.0.113.9")))
        .isEqualTo(at("203.0.113.9"));
    assertThat(OURS.callerBehind(at("203.0.113.9"), List.of("198.51.100.1, 10.0.0.2")))
        .isEqualTo(at("198.51.100.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, '', 203.0.113.9",
    "203.0.113.9, '198.51.100.1', 203.0.113.9",
    "10.0.0.1, '', 10.0.0.1",
    "10.0.0.1, '198.51.100.1', 198.51.100.1",
    "10.0.0.1, '1.1.1.1, 198.51.100.1, 10.0.0.2', 198.51.100.1",
    "10.0.0.1, '10.0.0.3, 10.0.0.2', 10.0.0.3",
    "10.0.0.1, '198.51.100.1, unknown', 10.0.0.1",
    "10.0.0.1, '198.51.100.1, evil.example, 10.0.0.2', 10.0.0.2",
    "10.0.0.1, '198.51.100.1:4711', 198.51.100.1",
    "10.0.0.1, '[2001:db8::1]:4711', 2001:db8::1",
    "10.0.0.1, '[2001:db8::1]', 2001:db8::1",
    "10.0.0.1, '2001:db8::1', 2001:db8::1",
    "10.0.0.1, '[2001:db8::1]x', 10.0.0.1",
    "10.0.0.1, '198.51.100.1:999999', 10.0.0.1",
    "10.0.0.1, ',', 10.0.0.1"
  })
  void theCallerIsTheLastOneThatIsNotOurs(String peer, String chain, String caller) {
    List<String> values = chain.isEmpty() ? List.of() : List.of(chain);
    assertThat(OURS.callerOf(at(peer), values)).isEqualTo(at(caller));
  }

  /** Whatever a caller writes in front, and however the chain is cut into headers. */
  @Test
  void nothingInFrontOfTheCallerCounts() {
    Random random = new Random(4);
    for (int round = 0; round < 5000; round++) {
      List<String> chain = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        chain.add(noise(random));
      }
      String caller = "198.51." + random.nextInt(256) + "." + random.nextInt(256);
      chain.add(caller);
      for (int i = random.nextInt(3); i > 0; i--) {
        chain.add("10." + random.nextInt(256) + ".0.1");
      }
      assertThat(OURS.callerOf(at("10.0.0.1"), cut(chain, random))).isEqualTo(at(caller));
    }
  }

  @Test
  void noTextMakesItFailOrLookUpANameOrBelieveAStranger() {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      String text = noise(random);
      InetAddress found = TrustedProxies.address(text);
      if (found != null) {
        assertThat(TrustedProxies.address(found.getHostAddress())).isEqualTo(found);
      }
      assertThat(OURS.callerOf(at("203.0.113.9"), List.of(text))).isEqualTo(at("203.0.113.9"));
    }
  }

  private static String noise(Random random) {
    String alphabet = "0123456789abcdef.:[]%/ xunknow\t\"_";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static List<String> cut(List<String> chain, Random random) {
    List<String> values = new ArrayList<>(List.of(chain.get(0)));
    for (String entry : chain.subList(1, chain.size())) {
      if (random.nextBoolean()) {
        values.add(entry);
      } else {
        values.set(values.size() - 1, values.get(values.size() - 1) + " , " + entry);
      }
    }
    return values;
  }

  @Test
  void aNetworkHoldsWhatSharesItsFirstBits() {
    Random random = new Random(6);
    for (int round = 0; round < 5000; round++) {
      byte[] first = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(first);
      first[0] = (byte) (first[0] | 0x20);
      int bits = random.nextInt(first.length * 8 + 1);
      TrustedProxies one = TrustedProxies.of(List.of(of(first).getHostAddress() + "/" + bits));
      byte[] other = Arrays.copyOf(first, first.length);
      int flipped = random.nextInt(first.length * 8);
      other[flipped / 8] ^= (byte) (0x80 >> (flipped % 8));
      assertThat(one.contains(of(first))).isTrue();
      assertThat(one.contains(of(other))).isEqualTo(flipped >= bits);
    }
  }

  private static InetAddress at(String text) {
    InetAddress address = TrustedProxies.address(text);
    assertThat(address).as(text).isNotNull();
    return address;
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
