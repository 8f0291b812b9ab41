package dev.nexusdelta.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.KeyToken;
import dev.nexusdelta.keys.Scopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key at one gateway, and at three that tell each other of it late. */
class QuotaSharingTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);
  private static final CallRate RATE = CallRate.of("100/s");

  private static final ApiKey KEY = key();

  private static ApiKey key() {
    KeyToken token = KeyToken.fresh(new Random(3));
    return new ApiKey(
        token.id(),
        "k",
        token.hash(),
        Scopes.ADMIN,
        Instant.EPOCH,
        "test",
        Optional.empty(),
        Optional.of(RATE));
  }

  /** Simulated time, which passes a millisecond at a time. */
  private static final class World {
    private final Random random;
    private final List<Gateway> gateways = new ArrayList<>();
    private final PriorityQueue<Word> words =
        new PriorityQueue<>(Comparator.comparingLong(Word::at));
    private final List<Long> admitted = new ArrayList<>();
    private long now;

    private record Word(long at, Gateway to, String text) {}

    private final class Gateway {
      private final Quotas quotas = new Quotas(() -> now);
      private final QuotaSharing sharing;
      private final String id;
      private final long offset;

      Gateway(String id) {
        this.id = id;
        this.offset = random.nextInt(200) * TICK;
        this.sharing = new QuotaSharing(quotas, id, 1 << 20, now);
      }

      void call() {
        if (quotas.of(KEY).orElseThrow().take(now).isAdmitted()) {
          admitted.add(now);
        }
      }

      void turn() {
        Set<String> others = new TreeSet<>();
        gateways.stream().filter(it -> it != this).forEach(it -> others.add(it.id));
        sharing.present(others, 1, now);
        sharing.keys(new KeyRing(List.of(KEY)));
        sharing
            .turn(now)
            .ifPresent(
                text ->
                    gateways.stream()
                        .filter(it -> it != this)
                        .forEach(
                            it -> words.add(new Word(now + random.nextInt(300) * TICK, it, text))));
      }
    }

    World(int count, long seed) {
      random = new Random(seed);
      for (int i = 0; i < count; i++) {
        gateways.add(new Gateway("g" + i));
      }
    }

    /** Each gateway gets so many calls a second, evenly. */
    void run(int seconds, int... calls) {
      double[] due = new double[calls.length];
      for (long end = now + seconds * SECOND; now < end; now += TICK) {
        while (!words.isEmpty() && words.peek().at() <= now) {
          Word word = words.poll();
          word.to().sharing.hear(word.text(), now);
        }
        for (int i = 0; i < gateways.size(); i++) {
          Gateway gateway = gateways.get(i);
          if ((now - gateway.offset) % (200 * TICK) == 0) {
            gateway.turn();
          }
          due[i] += calls[i] / 1000.0;
          for (; due[i] >= 1; due[i]--) {
            gateway.call();
          }
        }
      }
    }

    /** In any span of whole seconds never more than its calls and one second's worth. */
    void neverMoreThanRate() {
      for (int span = 1; span <= 10; span++) {
        int first = 0;
        for (int last = 0; last < admitted.size(); last++) {
          while (admitted.get(last) - admitted.get(first) >= span * SECOND) {
            first++;
          }
          assertThat(last - first + 1)
              .as("admitted within %s s, up to %s", span, admitted.get(last))
              .isLessThanOrEqualTo((span + 1) * RATE.calls() + gateways.size());
        }
      }
    }

    long since(long from) {
      return admitted.stream().filter(at -> at >= from).count();
    }
  }

  @Test
  void aloneItIsExactAfterOneSecondsWorth() {
    World world = new World(1, 1);
    world.run(10, 1000);
    assertThat(world.admitted).hasSizeBetween(1099, 1101);
    world.neverMoreThanRate();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void threeAdmitWhatOneWouldWhereverTheCallersAre(long seed) {
    World world = new World(3, seed);
    world.run(3, 0, 0, 0);
    for (int[] calls : new int[][] {{300, 0, 0}, {0, 200, 90}, {50, 50, 500}, {0, 0, 400}}) {
      world.run(5, calls);
      long settled = world.now;
      world.run(10, calls);
      assertThat(world.since(settled))
          .as("of 1000, where %s call", calls)
          .isGreaterThanOrEqualTo(900);
    }
    world.neverMoreThanRate();
  }

  @Test
  void whoAsksForLittleIsNotRefused() {
    World world = new World(3, 9);
    world.run(2, 5, 0, 0);
    long before = world.now;
    world.run(10, 20, 20, 20);
    assertThat(world.since(before)).isGreaterThanOrEqualTo(595);
  }
}
