package dev.nexusdelta.sync;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link SyncStore} must do. */
public interface SyncStoreTck {
  /** One that is open and empty; the same one during a test. */
  SyncStore syncStore();

  @Test
  default void givesBackMarks() {
    assertThat(await(syncStore().marks())).isEmpty();
    SyncMark begun =
        SyncMark.none(new AgentName("A")).attempting(new SyncMark.Attempt(3, "digest"));
    await(syncStore().put(begun));
    SyncMark other = new SyncMark(new AgentName("b"), 7, "time");
    await(syncStore().put(other));
    assertThat(await(syncStore().marks())).containsExactlyInAnyOrder(begun, other);
    SyncMark alike = new SyncMark(new AgentName("a"), 3, "time");
    await(syncStore().put(alike));
    assertThat(await(syncStore().marks())).containsExactlyInAnyOrder(alike, other);
  }

  @Test
  default void keepsTheNewestOfWhatGaveWay() {
    AgentName name = new AgentName("A");
    assertThat(await(syncStore().superseded(name))).isEmpty();
    for (int revision = 1; revision <= SyncStore.SUPERSEDED_KEPT + 2; revision++) {
      await(syncStore().keep(spec("A", revision)));
    }
    await(syncStore().keep(spec("b", 1)));
    await(syncStore().keep(ReconciliationTest.described(spec("A", 12), "again")));
    List<AgentSpec> kept = await(syncStore().superseded(name));
    assertThat(kept).hasSize(SyncStore.SUPERSEDED_KEPT).startsWith(spec("A", 12), spec("A", 11));
  }
}
