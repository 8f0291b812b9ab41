package dev.nexusdelta.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TiersTest {
  private final RoundRobin policy = new RoundRobin(new SplittableRandom(1));
  private final Place ownGood = new Place(1);
  private final Place ownLast = new Place(2);
  private final Place far = new Place(3);
  private final Place farther = new Place(4);
  private final List<Place> own = List.of(ownGood, ownLast);
  private final List<Place> elsewhere = List.of(far, farther);

  private @Nullable Place pick() {
    return Tiers.<Place, Place>choose(policy, own, 1, elsewhere, 0, 0);
  }

  @Test
  void takesItsOwnAsLongAsThereIsRoom() {
    for (int i = 0; i < 5; i++) {
      assertThat(pick()).isSameAs(ownGood);
    }
  }

  @Test
  void goesElsewhereBeforeItsLastChoiceAndByThePolicy() {
    ownGood.busy();
    for (int i = 0; i < 6; i++) {
      assertThat(pick()).isNotNull();
    }
    assertThat(far.chosen).isEqualTo(3);
    assertThat(farther.chosen).isEqualTo(3);
    assertThat(ownLast.chosen).isZero();
  }

  @Test
  void takesTheLastChoiceWhenNobodyElseDoes() {
    ownGood.busy();
    far.busy();
    farther.busy();
    assertThat(pick()).isSameAs(ownLast);
    ownLast.busy();
    assertThat(pick()).isNull();
  }

  @Test
  void goesElsewhereWhereThereIsNothingOfItsOwn() {
    assertThat(Tiers.<Place, Place>choose(policy, List.of(), 0, elsewhere, 0, 0)).isNotNull();
    assertThat(Tiers.<Place, Place>choose(policy, List.of(), 0, List.of(), 0, 0)).isNull();
    assertThat(Tiers.<Place, Place>choose(policy, own, 2, List.of(), 0, 0)).isNotNull();
  }
}
