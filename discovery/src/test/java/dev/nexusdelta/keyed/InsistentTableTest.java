package dev.nexusdelta.keyed;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.keyed.KeyedCallsTck.ANSWERED;
import static dev.nexusdelta.keyed.KeyedCallsTck.PRINT;
import static dev.nexusdelta.keyed.UnsureTable.Fate.DONE_AND_FAILED;
import static dev.nexusdelta.keyed.UnsureTable.Fate.LOST;
import static dev.nexusdelta.keyed.UnsureTable.Fate.WELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.keyed.KeyedCalls.Busy;
import dev.nexusdelta.keyed.KeyedCalls.Mine;
import dev.nexusdelta.keyed.KeyedCalls.Over;
import dev.nexusdelta.keyed.KeyedCalls.Standing;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two gateways over one table that may have done what it says it failed to do. */
class InsistentTableTest {
  private final UnsureTable table = new UnsureTable();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final ClaimTable insistent = new InsistentTable(table, later::add);
  private final KeyedCalls here = gateway("here/1");
  private final KeyedCalls there = gateway("there/1");

  private KeyedCalls gateway(String owner) {
    MemoryClaimStore store = new MemoryClaimStore(KeyedCallsTck.ROOM);
    return new ClaimedCalls(insistent, store, owner, () -> Instant.ofEpochMilli(1));
  }

  private static Standing claim(KeyedCalls calls) {
    return await(calls.claim(KeyedCallsTck.key("k"), PRINT, "req"));
  }

  private void fates(UnsureTable.Fate... next) {
    table.fates.addAll(List.of(next));
  }

  private void aMomentLater() {
    for (int i = later.size(); i > 0; i--) {
      later.remove().run();
    }
  }

  @Test
  void aClaimThatWasEnteredThoughThePutFailedIsFoundByItsClaimant() {
    fates(DONE_AND_FAILED);
    Standing mine = claim(here);
    assertThat(mine).isInstanceOf(Mine.class);
    assertThat(later).isEmpty();
    Standing waits = claim(there);
    assertThat(waits).isInstanceOf(Busy.class);
    await(here.end(((Mine) mine).claim(), ANSWERED));
    assertThat(((Busy) waits).over().isComplete()).isTrue();
  }

  @Test
  void aClaimThatWasNotEnteredIsEnteredThen() {
    fates(LOST);
    assertThat(claim(here)).isInstanceOf(Mine.class);
    assertThat(claim(there)).isInstanceOf(Busy.class);
  }

  @Test
  void oneThatStaysUnknownIsRefusedAndItsKeyIsFreeAMomentLater() {
    fates(DONE_AND_FAILED, DONE_AND_FAILED, LOST, LOST);
    assertThatThrownBy(() -> claim(here)).hasMessage("indeterminate");
    // It is in the table, of nobody who would end it.
    Standing same = claim(here);
    Standing other = claim(there);
    assertThat(same).isInstanceOf(Busy.class);
    assertThat(other).isInstanceOf(Busy.class);
    fates(LOST, LOST);
    aMomentLater();
    assertThat(((Busy) same).over().isComplete()).isFalse();
    aMomentLater();
    assertThat(((Busy) same).over().isComplete()).isTrue();
    assertThat(((Busy) other).over().isComplete()).isTrue();
    assertThat(later).isEmpty();
    assertThat(claim(there)).isInstanceOf(Mine.class);
    assertThat(claim(here)).isInstanceOf(Busy.class);
  }

  @Test
  void whatIsGivenUpIsNeverAnotherOnesClaim() {
    // Not entered; then another gateway has the key before it is taken out.
    fates(LOST, LOST, LOST, LOST);
    assertThatThrownBy(() -> claim(here)).hasMessage("indeterminate");
    Standing theirs = claim(there);
    assertThat(theirs).isInstanceOf(Mine.class);
    aMomentLater();
    assertThat(claim(here)).isInstanceOf(Busy.class);
    // Nor is it taken for its own where another one was first.
    fates(LOST, WELL);
    assertThat(claim(here)).isInstanceOf(Busy.class);
    assertThat(later).isEmpty();
  }

  @Test
  void anEndThatFailedIsToldUntilItIsKnown() {
    for (UnsureTable.Fate fate : List.of(LOST, DONE_AND_FAILED)) {
      Claim mine = ((Mine) claim(here)).claim();
      Standing waits = claim(there);
      fates(fate, LOST, LOST, fate);
      here.release(mine);
      aMomentLater();
      aMomentLater();
      assertThat(later).isEmpty();
      assertThat(((Busy) waits).over().isComplete()).isTrue();
    }
    Claim last = ((Mine) claim(here)).claim();
    fates(LOST, LOST);
    here.end(last, ANSWERED);
    aMomentLater();
    assertThat(claim(here)).isInstanceOf(Over.class);
    assertThat(claim(there)).isInstanceOf(Over.class);
  }
}
