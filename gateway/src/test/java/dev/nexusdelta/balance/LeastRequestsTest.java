package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeastRequestsTest {
  private final LeastRequests policy = new LeastRequests(new SplittableRandom(1));

  @Test
  void ofTwoTakesTheOneWithFewerInFlight() {
    List<Place> two = places(2);
    two.get(1).inFlight = 5;
    for (int i = 0; i < 5; i++) {
      assertThat(choose(two)).isSameAs(two.get(0));
    }
  }

  @Test
  void neverTakesTheMostLoadedOfThree() {
    List<Place> three = places(3);
    three.get(1).inFlight = 1_000;
    for (int i = 0; i < 500; i++) {
      assertThat(choose(three)).isNotSameAs(three.get(1));
    }
  }

  @Test
  void keepsManyNearlyEqual() {
    List<Place> many = places(50);
    for (int i = 0; i < 5_000; i++) {
      choose(many);
    }
    assertThat(many).allSatisfy(place -> assertThat(place.inFlight).isCloseTo(100, within(6)));
  }

  @Test
  void asksEveryOneBeforeItGivesUp() {
    List<Place> many = places(20);
    many.subList(1, 20).forEach(Place::busy);
    for (int i = 0; i < 50; i++) {
      assertThat(choose(many)).isSameAs(many.get(0));
    }
    many.get(0).busy();
    assertThat(choose(many)).isNull();
    assertThat(choose(List.of())).isNull();
    assertThat(choose(places(1))).isNotNull();
  }

  @Test
  void aLightOneGetsItsShareThoughItHasNothingInFlight() {
    List<Place> three = places(3);
    three.get(0).inFlight = 10_000;
    three.get(1).inFlight = 10_000;
    three.get(2).weight(0.2);
    int before = three.get(2).chosen;
    for (int i = 0; i < 3_000; i++) {
      choose(three);
      three.get(2).inFlight = 0;
    }
    // It is drawn in two thirds of all pairs and keeps a fifth of its wins.
    assertThat(three.get(2).chosen - before).isCloseTo(400, within(80));
  }

  @Test
  void equallyLightOnesShareAlike() {
    List<Place> two = places(2);
    two.forEach(place -> place.weight(0.1));
    for (int i = 0; i < 1_000; i++) {
      choose(two);
    }
    assertThat(two.get(0).chosen).isCloseTo(500, within(2));
  }

  private Place choose(List<Place> from) {
    return policy.<Place, Place>choose(from, 0, 0);
  }

  private static List<Place> places(int count) {
    return new ArrayList<>(IntStream.rangeClosed(1, count).mapToObj(Place::new).toList());
  }
}
