package dev.nexusdelta.scaling;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what all gateways report about the load of agents. Not thread-safe: one owner. Times are
 * readings of one monotonic clock, that of the owner: gateways' clocks only measure how long a
 * report covers, so they need not agree.
 *
 * <p>A report is filed under the second in which it came. What it tells of the present (calls in
 * flight, calls that wait, the newest rates) counts until the gateway's next report, or until it
 * leaves; the recorded seconds stay, as those calls did come. Agents without load cost nothing:
 * they are in no report, and forgotten after the longest window that was asked for.
 */
public final class LoadLedger {
  /** No longer means than this: a second of an agent with load is kept for an hour at most. */
  static final Duration LONGEST_MEAN = Duration.ofHours(1);

  /** Rates of reports that cover less than this would be chance. */
  private static final double LEAST_COVERED = 0.05;

  /** And those of one that covers less than this are made surer by the report before. */
  private static final double ENOUGH_COVERED = 0.1;

  private static final long SECOND = 1_000_000_000L;
  private static final long SWEEP = 60;

  private final long stale;
  private final Map<String, Reporter> reporters = new HashMap<>();
  private final Map<String, Gone> gone = new HashMap<>();
  private final Map<String, LoadHistory> agents = new HashMap<>();
  private Duration longestWindow = Duration.ofSeconds(LoadRecording.LONGEST);
  private boolean began;
  private long first;
  private long newest;
  private long sweptAt;

  /** One gateway: its newest report and the one before, null before they came. */
  private record Reporter(@Nullable LoadReport report, @Nullable LoadReport before, long heardAt) {}

  private record Gone(long epoch, long leftAt) {}

  /** A ledger that knows nothing while a gateway has been silent for longer than this. */
  public LoadLedger(Duration stale) {
    this.stale = stale.toNanos();
  }

  /** Files a report; an old or repeated one changes nothing. */
  public void file(LoadReport report, long nowNanos) {
    if (!began) {
      began = true;
      first = nowNanos;
      newest = nowNanos;
      sweptAt = second(nowNanos);
      reporters.replaceAll((name, silent) -> new Reporter(null, null, nowNanos));
    }
    newest = later(newest, nowNanos);
    if (!isNews(report)) {
      return;
    }
    Reporter known = reporters.get(report.gateway());
    LoadReport before = known == null ? null : known.report();
    reporters.put(report.gateway(), new Reporter(report, before, newest));
    long second = second(newest);
    report.agents().forEach((agent, load) -> file(agent, load, second));
    sweep(second);
  }

  private void file(String agent, AgentLoad load, long second) {
    if (load.arrivals() == 0 && load.inFlight() == 0 && load.callSeconds() <= 0) {
      return;
    }
    int waiting = load.waiting() == 0 ? 0 : present(agent).waiting();
    agents.computeIfAbsent(agent, key -> new LoadHistory()).add(second, load, waiting, newest);
  }

  private boolean isNews(LoadReport report) {
    Reporter known = reporters.get(report.gateway());
    if (known != null && known.report() != null) {
      return known.report().epoch() != report.epoch()
          || known.report().sequence() < report.sequence();
    }
    // What was on its way when its sender left must not bring the sender back: it would be waited
    // for in vain. One that is still there will be heard again.
    Gone left = gone.get(report.gateway());
    if (left != null && left.epoch() == report.epoch() && newest - left.leftAt() <= stale) {
      return false;
    }
    gone.remove(report.gateway());
    return true;
  }

  /**
   * Only these gateways are there: what others reported of the present leaves the sums at once.
   * From one that has not been heard yet, a report is awaited as from all others.
   */
  public void present(Set<String> gateways) {
    reporters
        .entrySet()
        .removeIf(
            entry -> {
              boolean left = !gateways.contains(entry.getKey());
              LoadReport last = entry.getValue().report();
              if (left && last != null) {
                gone.put(entry.getKey(), new Gone(last.epoch(), newest));
              }
              return left;
            });
    gateways.forEach(name -> reporters.putIfAbsent(name, new Reporter(null, null, newest)));
  }

  /**
   * The load of an agent now.
   *
   * @param agentKey lower-case name
   * @param window the stable one; the short one follows from it
   */
  public LoadSample sample(String agentKey, Duration window, long nowNanos) {
    if (window.compareTo(longestWindow) > 0) {
      longestWindow = window;
    }
    LoadHistory history = agents.get(agentKey);
    boolean known = began && nobodySilent(nowNanos);
    long since = history == null ? first : history.touchedAt();
    Duration quiet = Duration.ofNanos(began ? Math.max(0, nowNanos - since) : 0);
    if (history == null) {
      LoadSample.Mean none = LoadSample.Mean.ZERO;
      return new LoadSample(known, none, none, none, 0, false, 0, 0, Duration.ZERO, quiet);
    }
    long end = endOfMeans(nowNanos);
    long brief = span(ScalingSettings.briefOf(window), end);
    long stable = Math.max(brief, span(window, end));
    LoadHistory.Sums shortSums = history.sums(end - brief, end);
    LoadHistory.Sums longSums = history.sums(end - stable, end);
    // Processes start cold: once others have come, the first answers do not count any more.
    long warm = Math.max(end - stable, history.answersSince() + 1);
    LoadHistory.Sums warmSums = history.sums(warm, end);
    boolean settled = warmSums.answered() > 0 && history.answersSince() < second(nowNanos) - 1;
    double service =
        settled
            ? serviceSeconds(history.sums(Math.max(warm, end - brief), end), warmSums)
            : serviceSeconds(shortSums, longSums);
    Present present = present(agentKey);
    return new LoadSample(
        known,
        mean(longSums, stable),
        mean(shortSums, brief),
        present.last(),
        service,
        settled,
        present.inFlight(),
        present.waiting(),
        present.oldestWait(),
        quiet);
  }

  /** What has been filed for an agent, the newest 15 minutes. */
  public LoadRecording recording(String agentKey) {
    LoadHistory history = agents.get(agentKey);
    if (history == null) {
      return LoadRecording.NONE;
    }
    long end = second(newest) + 1;
    long from = Math.max(second(first), end - LoadRecording.LONGEST);
    return history.recording(from, end);
  }

  /** How many agents are remembered. */
  int remembered() {
    return agents.size();
  }

  private boolean nobodySilent(long now) {
    for (Reporter reporter : reporters.values()) {
      if (now - reporter.heardAt() > stale) {
        return false;
      }
    }
    return true;
  }

  /**
   * The second before which the means end: the running one counts only if every gateway has told of
   * a whole report in it, else each sample early in a second would see less load than there is.
   */
  private long endOfMeans(long now) {
    long running = second(now);
    for (Reporter reporter : reporters.values()) {
      LoadReport report = reporter.report();
      if (report != null
          && (second(reporter.heardAt()) != running || report.coveredNanos() < SECOND / 2)) {
        return running;
      }
    }
    return running + 1;
  }

  /** Seconds of a window, but none from before the first report: they are not known to be idle. */
  private long span(Duration window, long end) {
    long seconds = Math.min(window.toSeconds(), LONGEST_MEAN.toSeconds());
    return Math.max(1, Math.min(seconds, end - second(first)));
  }

  private static LoadSample.Mean mean(LoadHistory.Sums sums, long seconds) {
    return new LoadSample.Mean((double) sums.arrivals() / seconds, sums.callSeconds() / seconds);
  }

  private static double serviceSeconds(LoadHistory.Sums brief, LoadHistory.Sums stable) {
    return Math.max(answerTime(brief, stable), placeTime(brief, stable));
  }

  /** From sending to the head of the answer. */
  private static double answerTime(LoadHistory.Sums brief, LoadHistory.Sums stable) {
    LoadHistory.Sums sums = brief.answered() > 0 ? brief : stable;
    return sums.answered() == 0 ? 0 : sums.serviceSeconds() / sums.answered();
  }

  /** An answer that streams keeps its place for longer: how long shows where no call waits. */
  private static double placeTime(LoadHistory.Sums brief, LoadHistory.Sums stable) {
    LoadHistory.Sums sums = brief.calmArrivals() > 0 ? brief : stable;
    // Before the first answer this would be the age of calls, not how long they last.
    return sums.calmArrivals() == 0 || stable.answered() == 0
        ? 0
        : sums.calmCallSeconds() / sums.calmArrivals();
  }

  private record Present(LoadSample.Mean last, int inFlight, int waiting, Duration oldestWait) {}

  private Present present(String agent) {
    double rps = 0;
    double concurrency = 0;
    AgentLoad sum = AgentLoad.NONE;
    for (Reporter reporter : reporters.values()) {
      LoadReport report = reporter.report();
      AgentLoad load = report == null ? null : report.agents().get(agent);
      if (report != null && load != null) {
        rps += newestRate(agent, load, report, reporter.before());
        concurrency += load.callSeconds() / Math.max(LEAST_COVERED, covered(report));
        sum = sum.plus(load);
      }
    }
    return new Present(
        new LoadSample.Mean(rps, concurrency), sum.inFlight(), sum.waiting(), sum.oldestWait());
  }

  /** Of a report that covers hardly any time, or of it and the one before if that says more. */
  private static double newestRate(
      String agent, AgentLoad load, LoadReport report, @Nullable LoadReport before) {
    double covered = covered(report);
    double rate = load.arrivals() / Math.max(LEAST_COVERED, covered);
    AgentLoad loadBefore = before == null ? null : before.agents().get(agent);
    if (covered >= ENOUGH_COVERED || before == null || loadBefore == null) {
      return rate;
    }
    long arrivals = load.arrivals() + loadBefore.arrivals();
    return Math.max(rate, arrivals / Math.max(LEAST_COVERED, covered + covered(before)));
  }

  private static double covered(LoadReport report) {
    return report.coveredNanos() / (double) SECOND;
  }

  /** Once a minute: an agent without load has no cost but this look at it. */
  private void sweep(long second) {
    if (second - sweptAt < SWEEP) {
      return;
    }
    sweptAt = second;
    long keep = Math.max(LoadRecording.LONGEST, meanSeconds());
    for (Iterator<LoadHistory> all = agents.values().iterator(); all.hasNext(); ) {
      LoadHistory history = all.next();
      history.forgetBefore(second - keep);
      if (newest - history.touchedAt() > longestWindow.toNanos()) {
        all.remove();
      }
    }
    gone.values().removeIf(left -> newest - left.leftAt() > stale);
  }

  private long meanSeconds() {
    return Math.min(longestWindow.toSeconds(), LONGEST_MEAN.toSeconds());
  }

  private static long later(long one, long other) {
    return other - one > 0 ? other : one;
  }

  private static long second(long nanos) {
    return Math.floorDiv(nanos, SECOND);
  }
}
