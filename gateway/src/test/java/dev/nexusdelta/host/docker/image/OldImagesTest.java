package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.docker.image.OldImages.Known;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OldImagesTest {
  private static final Set<String> BOTH = Set.of("A", "B");

  @Test
  void keepsTheLastTwoOfEachAgentAndAllInUse() {
    List<Known> all =
        List.of(
            known("a1", "A", 1),
            known("a4", "A", 4),
            known("a2", "A", 2),
            known("a3", "A", 3),
            known("b1", "B", 1),
            known("b2", "B", 2));
    assertThat(OldImages.removable(all, Set.of("a1"), BOTH))
        .extracting(Known::id)
        .containsExactly("a2");
    assertThat(OldImages.removable(all, Set.of(), BOTH))
        .extracting(Known::id)
        .containsExactly("a2", "a1");
    assertThat(OldImages.removable(List.of(), Set.of(), BOTH)).isEmpty();
  }

  @Test
  void keepsOfAnAgentThatIsNoMoreOnlyWhatIsInUse() {
    List<Known> all = List.of(known("a1", "A", 1), known("b1", "B", 1), known("b2", "B", 2));
    assertThat(OldImages.removable(all, Set.of("b2"), Set.of("A")))
        .extracting(Known::id)
        .containsExactly("b1");
  }

  private static Known known(String id, String agent, int second) {
    return new Known(id, agent, Instant.ofEpochSecond(second));
  }
}
