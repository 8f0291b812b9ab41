package dev.nexusdelta.discovery;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.release;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link RegistryStore} must do. */
public interface RegistryStoreTck {
  /** A store that is open and empty; the same one during a test. */
  RegistryStore store();

  /** Whose contexts call the store. */
  Vertx vertx();

  @Test
  default void isEmptyAtFirst() {
    assertThat(await(store().specs())).isEmpty();
    assertThat(await(store().releases(new AgentName("A")))).isEmpty();
  }

  @Test
  default void givesBackWhatWasPut() {
    AgentSpec spec = spec("A", 1);
    await(store().put(spec, 0));
    await(store().put(spec("b", 1), 0));
    assertThat(await(store().specs())).containsExactlyInAnyOrder(spec, spec("b", 1));
    await(store().put(spec("A", 2), 1));
    AgentSpec tombstone = Specs.deleted(spec("A", 2));
    await(store().put(tombstone, 2));
    assertThat(await(store().specs())).containsExactlyInAnyOrder(tombstone, spec("b", 1));
  }

  @Test
  default void refusesStaleWritesAndChangesNothing() {
    await(store().put(spec("A", 1), 0));
    assertThatThrownBy(() -> await(store().put(spec("A", 1), 0)))
        .isInstanceOf(StaleRevisionException.class)
        .hasMessageContaining("revision 1, not 0");
    assertThatThrownBy(() -> await(store().put(spec("a", 6), 5)))
        .isInstanceOf(StaleRevisionException.class);
    assertThatThrownBy(() -> await(store().put(spec("b", 2), 1)))
        .isInstanceOf(StaleRevisionException.class);
    assertThat(await(store().specs())).containsExactly(spec("A", 1));
  }

  @Test
  default void keepsTheNewestReleases() {
    for (int i = 1; i <= 4; i++) {
      // The clock steps back: the order of writing decides.
      await(store().put(release("A", "r" + i, Instant.ofEpochSecond(100 - i)), 3));
    }
    await(store().put(release("b", "r1"), 3));
    assertThat(await(store().releases(new AgentName("a"))))
        .extracting(Release::id)
        .containsExactly("r4", "r3", "r2");
    assertThat(await(store().releases(new AgentName("b")))).containsExactly(release("b", "r1"));
  }

  @Test
  default void replacesAReleaseInItsPlace() {
    await(store().put(release("A", "r1"), 5));
    await(store().put(release("A", "r2"), 5));
    Release old = release("A", "r1");
    Release learnt =
        new Release(
            old.agent(),
            old.id(),
            old.version(),
            old.manifest(),
            old.codeHash(),
            old.generation(),
            old.weight(),
            List.of(),
            old.created());
    await(store().put(learnt, 5));
    assertThat(await(store().releases(new AgentName("A"))))
        .containsExactly(release("A", "r2"), learnt);
    Release again = release("A", "r1", Instant.ofEpochSecond(5));
    await(store().put(again, 5));
    assertThat(await(store().releases(new AgentName("A"))))
        .containsExactly(again, release("A", "r2"));
  }

  @Test
  default void completesOnTheCallersContext() {
    Context context = vertx().getOrCreateContext();
    Promise<Context> seen = Promise.promise();
    context.runOnContext(
        v -> store().specs().onComplete(done -> seen.complete(Vertx.currentContext())));
    assertThat(await(seen.future())).isSameAs(context);
  }

  @Test
  default void failsOnceClosed() {
    await(store().close());
    assertThatThrownBy(() -> await(store().specs())).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> await(store().put(spec("A", 1), 0)))
        .isInstanceOf(RuntimeException.class);
  }
}
