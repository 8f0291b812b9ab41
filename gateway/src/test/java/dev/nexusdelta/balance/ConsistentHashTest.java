package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConsistentHashTest {
  private static final int KEYS = 10_000;

  private final ConsistentHash policy = new ConsistentHash(new RoundRobin(new SplittableRandom(1)));

  @Test
  void sendsOneKeyToOnePlaceAndManyKeysToAll() {
    List<Place> five = places(5);
    Map<String, Integer> first = homes(five);
    assertThat(homes(five)).isEqualTo(first);
    assertThat(five)
        .allSatisfy(place -> assertThat(place.chosen).isCloseTo(2 * KEYS / 5, within(KEYS / 25)));
  }

  @Test
  void movesOneKeyInNWhenAPlaceComes() {
    Map<String, Integer> before = homes(places(9));
    Map<String, Integer> after = homes(places(10));
    long moved = before.keySet().stream().filter(k -> !before.get(k).equals(after.get(k))).count();
    assertThat(moved).isCloseTo(KEYS / 10, within((long) KEYS / 50));
    assertThat(after.entrySet())
        .allMatch(key -> key.getValue().equals(before.get(key.getKey())) || key.getValue() == 10);
  }

  @Test
  void movesOnlyTheKeysOfAPlaceThatGoes() {
    List<Place> ten = places(10);
    Map<String, Integer> before = homes(ten);
    ten.remove(3);
    Map<String, Integer> after = homes(ten);
    assertThat(before.entrySet())
        .allMatch(key -> key.getValue() == 4 || key.getValue().equals(after.get(key.getKey())));
  }

  @Test
  void keepsAHotKeyWithinTheBound() {
    List<Place> four = places(4);
    long key = Hash.of("everybody");
    for (int i = 0; i < 1_000; i++) {
      choose(four, key);
    }
    int most = four.stream().mapToInt(place -> place.inFlight).max().orElseThrow();
    assertThat(most).isLessThanOrEqualTo(1 + (int) Math.ceil(ConsistentHash.BOUND * 1_000 / 4));
    // The order of preference is kept: the favourite is filled first.
    assertThat(most).isGreaterThan(300);
  }

  @Test
  void aLightPlaceHasALowerBound() {
    List<Place> two = places(2);
    two.get(0).weight(0.1);
    for (int i = 0; i < KEYS; i++) {
      choose(two, Hash.of("k" + i));
    }
    assertThat(two.get(0).inFlight).isLessThan(KEYS / 8).isGreaterThan(KEYS / 20);
  }

  @Test
  void goesToTheNextOfTheKeysOrderWhereTheFavouriteRefuses() {
    List<Place> three = places(3);
    long key = Hash.of("a");
    Place favourite = choose(three, key);
    favourite.inFlight = 0;
    favourite.busy();
    Place second = choose(three, key);
    assertThat(second).isNotSameAs(favourite);
    second.busy();
    assertThat(choose(three, key)).isNotNull().isNotIn(favourite, second);
    three.forEach(Place::busy);
    assertThat(choose(three, key)).isNull();
    assertThat(choose(List.of(), key)).isNull();
  }

  @Test
  void withoutAKeyEachHasItsTurn() {
    List<Place> two = places(2);
    assertThat(choose(two, Balancer.NO_KEY)).isSameAs(two.get(0));
    assertThat(choose(two, Balancer.NO_KEY)).isSameAs(two.get(1));
  }

  @Test
  void placesOfOneIdentityAreMetOnceEach() {
    List<Place> twins = List.of(new Place(1), new Place(1));
    twins.get(0).busy();
    assertThat(choose(twins, 7)).isSameAs(twins.get(1));
  }

  /** Where each key goes while nothing is in flight. */
  private Map<String, Integer> homes(List<Place> places) {
    Map<String, Integer> homes = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      Place home = choose(places, Hash.of("key-" + i));
      home.inFlight = 0;
      homes.put("key-" + i, home.identity);
    }
    return homes;
  }

  private Place choose(List<Place> from, long key) {
    return policy.<Place, Place>choose(from, key, 0);
  }

  private static List<Place> places(int count) {
    return new ArrayList<>(IntStream.rangeClosed(1, count).mapToObj(Place::new).toList());
  }
}
