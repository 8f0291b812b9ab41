package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private record Place(String name, boolean free) implements Balancer.Candidate<String> {
    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public @Nullable String tryLease() {
      return free ? name : null;
    }
  }

  @Test
  void givesEachItsTurn() {
    assertThat(picks(new RoundRobin(), 7, free("a"), free("b"), free("c")))
        .containsExactly("a", "b", "c", "a", "b", "c", "a");
  }

  @Test
  void skipsThoseThatRefuseAndStaysFairToTheRest() {
    assertThat(picks(new RoundRobin(), 4, busy("a"), free("b"), free("c")))
        .containsExactly("b", "c", "b", "c");
  }

  @Test
  void choosesNoneWhenAllRefuseOrThereAreNone() {
    assertThat(new RoundRobin().<Place, String>choose(List.of(busy("a"), busy("b")))).isNull();
    assertThat(new RoundRobin().<Place, String>choose(List.of())).isNull();
  }

  @Test
  void goesOnWhereTheCursorOverflows() {
    List<@Nullable String> picks =
        picks(new RoundRobin(Integer.MAX_VALUE - 2), 9, free("a"), free("b"), free("c"));
    assertThat(picks).doesNotContainNull();
    assertThat(picks.subList(4, 9)).contains("a", "b", "c");
  }

  private static List<@Nullable String> picks(RoundRobin policy, int count, Place... places) {
    List<@Nullable String> picks = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(i -> picks.add(policy.<Place, String>choose(List.of(places))));
    return picks;
  }

  private static Place free(String name) {
    return new Place(name, true);
  }

  private static Place busy(String name) {
    return new Place(name, false);
  }
}
