package dev.nexusdelta.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.VanishGuard.Missing;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VanishGuardTest {
  private final VanishGuard guard = new VanishGuard();

  @Test
  void moreThanHalfOfThemIsMost() {
    assertThat(new Missing(0, 0).most()).isFalse();
    assertThat(new Missing(1, 2).most()).isFalse();
    assertThat(new Missing(2, 3).most()).isTrue();
    assertThat(new Missing(1, 1).most()).isTrue();
  }

  @Test
  void documentsThatBelongToNobodyCountNothing() {
    RemoteView view = new RemoteView();
    RemoteSnapshot snapshot =
        new RemoteSnapshot(
            "7",
            List.of(
                new RemoteDocument("one", "5", new JsonObject()),
                new RemoteDocument("not a name!", "5", new JsonObject())));
    view.heard(snapshot, view.listens(), List.of());
    assertThat(VanishGuard.missing(view, List.of(new AgentName("One"), new AgentName("Two"))))
        .isEqualTo(new Missing(1, 2));
  }

  @Test
  void itIsToldOnceAndHoldsUntilSomebodySaysSoOrTheyAreBack() {
    assertThat(guard.heard(new Missing(2, 3))).isTrue();
    assertThat(guard.heard(new Missing(3, 3))).isFalse();
    assertThat(guard.holds()).isTrue();
    assertThat(guard.heard(new Missing(0, 3))).isFalse();
    assertThat(guard.holds()).isFalse();
    assertThat(guard.confirm()).isFalse();
  }

  @Test
  void whatWasConfirmedHoldsForThisTimeOnly() {
    guard.heard(new Missing(3, 3));
    assertThat(guard.confirm()).isTrue();
    assertThat(guard.heard(new Missing(3, 3))).isFalse();
    assertThat(guard.holds()).isFalse();
    guard.heard(new Missing(0, 3));
    assertThat(guard.heard(new Missing(3, 3))).isTrue();
    assertThat(guard.holds()).isTrue();
  }
}
