package dev.nexusdelta.quota;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.quota.Quotas.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Shares keys with a rate between the gateways of a cluster, so that all together admit what one
 * alone would: each has a part of each key, all parts together are never more than the whole, and
 * whoever has more than its callers ask for gives of it. No gateway waits for another.
 *
 * <p>Told are sums, with each {@link #turn}; so nothing depends on the order, the speed or the
 * arrival of what is told, nor on clocks that agree: late words only leave a part unused for as
 * long. The parts begin anew, as equal ones, whenever a gateway comes, goes or starts again; until
 * all have seen that, which takes them milliseconds, those who have may admit more. A gateway that
 * is there and silent keeps its part; one that has left the cluster has none. Thread-safe.
 */
public final class QuotaSharing {
  private final Quotas quotas;
  private final String self;

  /** Highest number of another gateway's beginnings that was heard, by its id. */
  private final Map<String, Long> beginnings = new HashMap<>();

  private final Map<String, KeyShare> shares = new HashMap<>();
  private Set<String> keys = Set.of();
  private KeyRing ring = KeyRing.EMPTY;
  private List<String> others = List.of();
  private Part equal = new Part(1, 1);
  private String cohort = "";
  private long beginning;
  private long sequence;
  private long lastNanos;
  private boolean news;

  /**
   * Alone.
   *
   * @param self id of this gateway, without blanks
   * @param life a number that is higher with each of its starts, by a million at least
   */
  public QuotaSharing(Quotas quotas, String self, long life, long nowNanos) {
    this.quotas = quotas;
    this.self = self;
    this.beginning = life;
    this.lastNanos = nowNanos;
    begin(nowNanos);
  }

  /**
   * What this gateway sees of its cluster now; a call without change changes nothing.
   *
   * @param ids of the other gateways that are there, without blanks
   * @param among how many a key is divided: more than there are where this one may be on the
   *     smaller side of a split, and must not take what the other side uses
   */
  public synchronized void present(Set<String> ids, int among, long nowNanos) {
    List<String> now = List.copyOf(new TreeSet<>(ids));
    int gateways = Math.max(among, now.size() + 1);
    if (!now.equals(others) || gateways != equal.gateways()) {
      others = now;
      equal = new Part(1.0 / gateways, gateways);
      beginnings.keySet().retainAll(now);
      // Nobody may take what was told before for what is told from now on.
      beginning++;
      begin(nowNanos);
    }
  }

  private void begin(long nowNanos) {
    news = true;
    shares.clear();
    Map<String, Long> all = new TreeMap<>(beginnings);
    all.put(self, beginning);
    cohort = equal.gateways() + ":" + Long.toHexString(hash(others.size() + all.toString()));
    quotas.divide(equal, nowNanos);
  }

  /** FNV-1a of 64 bits. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The keys that there are now: what is known of others is forgotten. */
  public synchronized void keys(KeyRing now) {
    if (now != ring) {
      Set<String> ids = now.all().stream().map(ApiKey::id).collect(Collectors.toSet());
      // Others may tell of a key before this gateway knows of it.
      Set<String> gone = new TreeSet<>(keys);
      gone.removeAll(ids);
      quotas.forget(gone);
      shares.keySet().removeAll(gone);
      keys = ids;
      ring = now;
    }
  }

  /**
   * Gives away what others need more; each 200 ms.
   *
   * @return what to tell each of the others; empty if there is nothing new
   */
  public synchronized Optional<String> turn(long nowNanos) {
    long covered = nowNanos - lastNanos;
    lastNanos = nowNanos;
    quotas.used().forEach(this::share);
    Map<String, QuotaReport.Line> lines = new HashMap<>();
    shares.forEach(
        (id, share) -> {
          KeyQuota quota = quotas.used(id);
          double demand = quota == null ? 0 : quota.demand(covered);
          share.turn(demand, quota != null && quota.wasShort(), others);
          apply(id, share, nowNanos);
          if (!share.isSettled()) {
            lines.put(id, share.line());
          }
        });
    if (others.isEmpty() || (lines.isEmpty() && !news)) {
      return Optional.empty();
    }
    news = false;
    return Optional.of(new QuotaReport(self, beginning, cohort, ++sequence, lines).text());
  }

  private KeyShare share(String id) {
    return shares.computeIfAbsent(id, first -> new KeyShare(KeyShare.WHOLE / equal.gateways()));
  }

  private void apply(String id, KeyShare share, long nowNanos) {
    if (!others.isEmpty()) {
      double part = share.share() / (double) KeyShare.WHOLE;
      quotas.divide(id, new Part(part, equal.gateways()), nowNanos);
    }
  }

  /**
   * Takes up what another gateway tells.
   *
   * @throws IllegalArgumentException if that cannot be read; nothing is changed then
   */
  public synchronized void hear(String text, long nowNanos) {
    QuotaReport report = QuotaReport.of(text);
    String from = report.gateway();
    long known = beginnings.getOrDefault(from, Long.MIN_VALUE);
    if (!others.contains(from) || report.beginning() < known) {
      return;
    }
    if (report.beginning() > known) {
      beginnings.put(from, report.beginning());
      begin(nowNanos);
    }
    if (!report.cohort().equals(cohort)) {
      // It takes others for present, or does not know this one's beginning yet.
      news = true;
      return;
    }
    report
        .keys()
        .forEach(
            (id, line) -> {
              KeyShare share = share(id);
              share.hear(from, self, report.sequence(), line);
              apply(id, share, nowNanos);
            });
  }
}
