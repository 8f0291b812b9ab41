package dev.nexusdelta.keyed;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.keyed.KeyedCalls.Busy;
import dev.nexusdelta.keyed.KeyedCalls.Full;
import dev.nexusdelta.keyed.KeyedCalls.Mine;
import dev.nexusdelta.keyed.KeyedCalls.Over;
import dev.nexusdelta.keyed.KeyedCalls.Reused;
import dev.nexusdelta.keyed.KeyedCalls.Standing;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What keyed calls must do, whatever they are kept in. */
public interface KeyedCallsTck {
  Fingerprint PRINT = Fingerprint.of("execute", "", "{}".getBytes(StandardCharsets.UTF_8));
  Fingerprint OTHER = Fingerprint.of("execute", "", "[]".getBytes(StandardCharsets.UTF_8));
  ClaimState ANSWERED =
      new ClaimState.Answered(
          new StoredAnswer(200, List.of(Map.entry("a", "b")), Buffer.buffer("{}")));

  /** Room of the store under test. */
  int ROOM = 400;

  /** Keyed calls without any yet; the same ones during a test. */
  KeyedCalls calls();

  /** Their store. */
  ClaimStore store();

  /** Another run of the gateway over the same store, after this one was lost. */
  KeyedCalls reopened();

  /** The wall clock, in milliseconds. */
  AtomicLong clock();

  static CallKey key(String key) {
    return new CallKey(CallKey.Caller.ANONYMOUS, "math", key);
  }

  private Standing claim(String key) {
    return await(calls().claim(key(key), PRINT, "req"));
  }

  private Claim mine(String key) {
    Standing standing = claim(key);
    assertThat(standing).isInstanceOf(Mine.class);
    return ((Mine) standing).claim();
  }

  private static ClaimState over(Standing standing) {
    assertThat(standing).isInstanceOf(Over.class);
    return ((Over) standing).claim().state();
  }

  @Test
  default void givesTheStoredAnswerForADay() {
    await(calls().end(mine("a"), ANSWERED));
    assertThat(over(claim("a"))).isEqualTo(ANSWERED);
    assertThat(over(claim("a"))).isEqualTo(ANSWERED);
    assertThat(await(calls().claim(key("a"), OTHER, "r"))).isInstanceOf(Reused.class);
    CallKey elsewhere = new CallKey(CallKey.Caller.ANONYMOUS, "text", "a");
    assertThat(await(calls().claim(elsewhere, OTHER, "r"))).isInstanceOf(Mine.class);
    CallKey caller = new CallKey(new CallKey.Caller("x"), "math", "a");
    assertThat(await(calls().claim(caller, OTHER, "r"))).isInstanceOf(Mine.class);
    clock().addAndGet(Claim.KEPT.toMillis());
    assertThat(await(calls().claim(key("a"), OTHER, "r"))).isInstanceOf(Mine.class);
  }

  @Test
  default void letsOneOfManyThrough() {
    List<Future<Standing>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(calls().claim(key("a"), PRINT, "req"));
    }
    List<Standing> standings = all.stream().map(each -> await(each)).toList();
    List<Mine> mine =
        standings.stream().filter(Mine.class::isInstance).map(Mine.class::cast).toList();
    List<Busy> busy =
        standings.stream().filter(Busy.class::isInstance).map(Busy.class::cast).toList();
    assertThat(mine).hasSize(1);
    assertThat(busy).hasSize(49).noneMatch(each -> each.over().isComplete());
    await(calls().end(mine.get(0).claim(), ANSWERED));
    busy.forEach(each -> await(each.over()));
    assertThat(over(claim("a"))).isEqualTo(ANSWERED);
  }

  @Test
  default void freesAKeyThatWasNotUsed() {
    Claim first = mine("a");
    Standing second = claim("a");
    assertThat(second).isInstanceOf(Busy.class);
    assertThat(await(calls().claim(key("a"), OTHER, "r"))).isInstanceOf(Reused.class);
    await(calls().release(first));
    await(((Busy) second).over());
    await(calls().end(mine("a"), new ClaimState.NotKept(200)));
    assertThat(over(claim("a"))).isEqualTo(new ClaimState.NotKept(200));
  }

  @Test
  default void doesNotKnowWhatWasInProgressWhenTheGatewayWasLost() {
    mine("running");
    await(calls().end(mine("done"), ANSWERED));
    await(calls().release(mine("free")));
    KeyedCalls next = reopened();
    assertThat(over(await(next.claim(key("running"), PRINT, "r"))))
        .isInstanceOf(ClaimState.Unknown.class);
    assertThat(over(await(next.claim(key("done"), PRINT, "r")))).isEqualTo(ANSWERED);
    assertThat(await(next.claim(key("free"), PRINT, "r"))).isInstanceOf(Mine.class);
    assertThat(await(next.claim(key("running"), OTHER, "r"))).isInstanceOf(Reused.class);
  }

  @Test
  default void forgetsTheOldOnesInBatches() {
    for (int i = 0; i < 5; i++) {
      await(calls().end(mine("k" + i), ANSWERED));
    }
    Claim running = mine("running");
    clock().addAndGet(Claim.KEPT.toMillis());
    while (await(store().sweep(clock().get())) > 0) {
      assertThat(clock().get()).isPositive();
    }
    assertThat(claim("k1")).isInstanceOf(Mine.class);
    assertThat(claim("running")).isInstanceOf(Busy.class);
    await(calls().end(running, ANSWERED));
  }

  @Test
  default void refusesKeysBeyondItsRoom() {
    List<Future<Standing>> all = new ArrayList<>();
    for (int i = 0; i <= ROOM; i++) {
      all.add(calls().claim(key("k" + i), PRINT, "req"));
    }
    List<Standing> standings = all.stream().map(each -> await(each)).toList();
    assertThat(standings).filteredOn(Mine.class::isInstance).hasSize(ROOM);
    assertThat(standings).filteredOn(Full.class::isInstance).hasSize(1);
  }

  @Test
  default void failsWithoutItsStore() {
    await(store().close());
    assertThatThrownBy(() -> claim("a")).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> claim("a")).isInstanceOf(RuntimeException.class);
  }
}
