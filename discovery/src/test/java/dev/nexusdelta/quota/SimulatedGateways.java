package dev.nexusdelta.quota;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.CallRate;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.keys.Scopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;

/** Gateways that share one key in virtual time, with words that are late, lost and out of order. */
final class SimulatedGateways {
  static final long MILLI = 1_000_000;
  private static final long TURN = 200 * MILLI;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Gateway> gateways = new ArrayList<>();
  private final Random random;
  private final double lost;
  private final ApiKey key;
  private final Spans spans;
  private long now;
  private long order;
  private int words;

  private record Event(long at, long order, Runnable action) {}

  /** How many calls a second come to a gateway. */
  interface Load {
    double at(int gateway, double seconds);
  }

  private final class Gateway {
    private final String id;
    private final long offset = random.nextLong();
    private final Quotas quotas = new Quotas(() -> now + offset);
    private final QuotaSharing sharing;
    private boolean alive = true;
    private int admitted;

    Gateway(int index) {
      id = "gateway-" + index;
      sharing = new QuotaSharing(quotas, id, 1000L + index, now + offset);
      sharing.keys(new KeyRing(List.of(key)));
    }

    long clock() {
      return now + offset;
    }

    void call() {
      if (quotas.of(key).orElseThrow().take(clock()).isAdmitted()) {
        admitted++;
        spans.admitted(now);
      }
    }

    void turn() {
      if (!alive) {
        return;
      }
      sharing
          .turn(clock())
          .ifPresent(
              text -> {
                for (Gateway other : gateways) {
                  if (other != this && random.nextDouble() >= lost) {
                    words++;
                    after(random.nextLong(300 * MILLI), () -> other.hear(text));
                  }
                }
              });
      after(TURN, this::turn);
    }

    private void hear(String text) {
      if (alive) {
        sharing.hear(text, clock());
      }
    }
  }

  /**
   * Some that have seen each other.
   *
   * @param burst for all of them
   * @param lost part of the words that do not arrive
   */
  SimulatedGateways(int count, String rate, double burst, double lost, long seed) {
    this.random = new Random(seed);
    this.lost = lost;
    CallRate limit = CallRate.of(rate);
    this.key =
        new ApiKey(
            "00000000000a",
            "key",
            "ab".repeat(32),
            Scopes.ADMIN,
            Instant.EPOCH,
            "test",
            Optional.empty(),
            Optional.of(limit));
    this.spans = new Spans(limit.calls() / (double) limit.per().toSeconds(), burst);
    for (int i = 0; i < count; i++) {
      gateways.add(new Gateway(i));
    }
    look(1);
    for (Gateway gateway : gateways) {
      after(random.nextLong(TURN), gateway::turn);
    }
  }

  private void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, order++, action));
  }

  /** All see who is there. */
  void look(int among) {
    for (Gateway gateway : gateways) {
      TreeSet<String> others = new TreeSet<>();
      gateways.stream()
          .filter(other -> other != gateway && other.alive)
          .forEach(other -> others.add(other.id));
      gateway.sharing.present(others, among, gateway.clock());
    }
  }

  /** This one sees nobody any more, and nobody sees it. */
  void cutOff(int index, int among) {
    Gateway gateway = gateways.get(index);
    gateway.sharing.present(new TreeSet<>(), among, gateway.clock());
  }

  void die(int index) {
    gateways.get(index).alive = false;
  }

  /** Lets time pass, with calls at random moments. */
  void run(double seconds, Load load) {
    long end = now + (long) (seconds * 1e9);
    for (int i = 0; i < gateways.size(); i++) {
      next(i, load, end);
    }
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.poll();
      now = event.at();
      event.action().run();
    }
    now = end;
  }

  private void next(int index, Load load, long end) {
    double perSecond = load.at(index, now / 1e9);
    // Looks again soon, as the load may change.
    double wait = perSecond <= 0 ? 50e6 : -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
    long nanos = (long) Math.min(50e6, wait);
    boolean calls = perSecond > 0 && wait <= 50e6;
    if (now + nanos < end) {
      after(
          nanos,
          () -> {
            if (calls && gateways.get(index).alive) {
              gateways.get(index).call();
            }
            next(index, load, end);
          });
    }
  }

  int admitted() {
    return spans.count();
  }

  int admitted(int index) {
    return gateways.get(index).admitted;
  }

  /** Words that were sent and not lost. */
  int words() {
    return words;
  }

  /** By how many uses the worst span is above what it may hold. */
  double worst() {
    return spans.worst();
  }
}
