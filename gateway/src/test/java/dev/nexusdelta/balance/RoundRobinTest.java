package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final RoundRobin policy = new RoundRobin(new SplittableRandom(1));
  private final Place a = new Place(1);
  private final Place b = new Place(2);
  private final Place c = new Place(3);

  @Test
  void givesEachItsTurn() {
    assertThat(picks(policy, 7)).containsExactly(a, b, c, a, b, c, a);
  }

  @Test
  void skipsThoseThatRefuseAndStaysFairToTheRest() {
    a.busy();
    assertThat(picks(policy, 4)).containsExactly(b, c, b, c);
  }

  @Test
  void choosesNoneWhenAllRefuseOrThereAreNone() {
    a.weight(0.5).busy();
    b.busy();
    assertThat(policy.<Place, Place>choose(List.of(a, b), 0, 0)).isNull();
    assertThat(policy.<Place, Place>choose(List.of(), 0, 0)).isNull();
  }

  @Test
  void goesOnWhereTheCursorOverflows() {
    List<@Nullable Place> picks =
        picks(new RoundRobin(new SplittableRandom(1), Integer.MAX_VALUE - 2), 9);
    assertThat(picks).doesNotContainNull();
    assertThat(picks.subList(4, 9)).contains(a, b, c);
  }

  @Test
  void passesOverALightOneInPartOfItsTurns() {
    c.weight(0.25);
    picks(policy, 9_000);
    // Of every three turns a and b take theirs, and c a quarter of its own.
    assertThat(c.chosen).isCloseTo(1_000, within(100));
    assertThat(a.chosen).isCloseTo(b.chosen, within(500));
  }

  @Test
  void givesFullSharesWhereAllAreEquallyLight() {
    a.weight(0.1);
    b.weight(0.1);
    c.weight(0.1);
    assertThat(picks(policy, 6)).containsExactly(a, b, c, a, b, c);
  }

  @Test
  void takesALightOneRatherThanNone() {
    a.busy();
    b.busy();
    c.weight(0.01);
    assertThat(picks(policy, 50)).containsOnly(c);
  }

  private List<@Nullable Place> picks(RoundRobin from, int count) {
    List<@Nullable Place> picks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picks.add(from.<Place, Place>choose(List.of(a, b, c), 0, 0));
    }
    return picks;
  }
}
