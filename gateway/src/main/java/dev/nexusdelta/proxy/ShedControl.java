package dev.nexusdelta.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Decides how many calls one event loop takes while it is overloaded. Pure: the clock is an
 * argument. Not thread-safe.
 *
 * <p>Overloaded is a loop on which even the least delay of {@link #INTERVAL} is above {@link
 * #TARGET}, for a second (CoDel's rule: a queue that drains now and then is no overload, however
 * long it is at times), while calls come that could be the reason. From then on calls are taken at
 * a rate that starts at what the loop managed, shrinks while the delay stays, and grows else. It is
 * shared out among the agents so that one that asks for less than its fair share gets all that it
 * asks for.
 */
final class ShedControl {
  /** How long delays are gathered before a look. */
  static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * The least delay of an interval that is too long. Far above CoDel's 5 ms: calls last seconds
   * rather than milliseconds, and a cold or crowded machine must not refuse what it would answer.
   */
  static final long TARGET = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * Calls a second that are taken in any case, as they cannot be what keeps a loop busy: they cost
   * it a hundredth of its time. When thousands of connections come, or other programs take the
   * processor, refusing those few calls would help nobody.
   */
  static final double LEAST_RATE = 100;

  /**
   * Refused calls for each taken one. A refusal costs about two thirds of a call (measured): with a
   * tenth of them the loop spends 6 % of its time on refusing. Who is beyond that is not even read.
   */
  static final double REFUSALS = 0.1;

  private static final double SHRINK = 0.97;
  private static final double GROW = 0.05;
  private static final int MOST_GROWTH = 4;

  /** Seconds' worth of connections that are read again at once at most. */
  private static final double BURST = 0.1;

  private static final int CONGESTED_LOOKS = 5;
  private static final int CALM_LOOKS = 15;

  /** How far above the best so far it may go: nobody can tell how much more there is. */
  private static final double MOST = 1.25;

  /** How much of the best rate so far is forgotten by each look: half in half a minute. */
  private static final double FADE = 0.995;

  private static final long MEASURE_EVERY = TimeUnit.MILLISECONDS.toNanos(5);

  private final List<ShedShare> active = new ArrayList<>();
  private long began;
  private long resumedAt;
  private long least = Long.MAX_VALUE;
  private long measuredAt;
  private boolean measuring;
  private int ended;
  private int refused;
  private int congestedLooks;
  private int calmLooks;
  private int freeLooks;
  private boolean shedding;
  private double rate;
  private double best;
  private double managed;
  private double level = Double.MAX_VALUE;
  private int begunSinceResumed;
  private double resumes;

  /** Not overloaded. */
  ShedControl(long nowNanos) {
    began = nowNanos;
    measuredAt = nowNanos - MEASURE_EVERY;
  }

  boolean isShedding() {
    return shedding;
  }

  /** Calls a second that are taken while it sheds. */
  double rate() {
    return rate;
  }

  /**
   * Whether to measure now how long the loop is busy with what it has read: then something is to be
   * put behind all that, which calls {@link #reached} when its turn comes.
   */
  boolean measures(long nowNanos) {
    if (measuring || nowNanos - measuredAt < MEASURE_EVERY) {
      return false;
    }
    measuring = true;
    measuredAt = nowNanos;
    return true;
  }

  /** See {@link #measures}. */
  void reached(long nowNanos) {
    measuring = false;
    least = Math.min(least, nowNanos - measuredAt);
  }

  /** A call is over that was taken and answered. */
  void ended() {
    ended++;
  }

  /** Whether a call that has come is taken. */
  boolean takes(ShedShare share, long nowNanos) {
    if (nowNanos - began >= INTERVAL) {
      look(nowNanos);
    }
    if (share.arrived() == 1) {
      active.add(share);
    }
    if (shedding && !share.take(level, nowNanos)) {
      refused++;
      return false;
    }
    begunSinceResumed++;
    return true;
  }

  /**
   * How many connections that were left unread may be read again now: those whose calls will be
   * taken, as others ask for less than is taken, and a few of those who will be refused again.
   */
  int mayResume(long nowNanos) {
    if (nowNanos - began >= INTERVAL) {
      look(nowNanos);
    }
    double seconds = (nowNanos - resumedAt) / 1e9;
    resumedAt = nowNanos;
    double most = Math.max(rate, LEAST_RATE);
    // Also when all is well again: all of them at once would be the next overload.
    double spare = shedding ? most * seconds - begunSinceResumed : 2 * most * seconds;
    if (congestedLooks > 0) {
      spare = 0;
    }
    begunSinceResumed = 0;
    resumes = Math.min(resumes + Math.max(0, spare) + seconds * most * REFUSALS, most * BURST);
    int whole = (int) resumes;
    resumes -= whole;
    return whole;
  }

  private void look(long nowNanos) {
    double seconds = (nowNanos - began) / 1e9;
    boolean known = least != Long.MAX_VALUE;
    if (least == Long.MAX_VALUE && measuring) {
      // It is busy still, for at least that long.
      least = nowNanos - measuredAt;
      known = least > TARGET;
    }
    boolean congested = known && least > TARGET && arrived() / seconds > LEAST_RATE;
    managed = managed * 0.6 + 0.4 * ended / seconds;
    best = Math.max(best * FADE, managed);
    if (known) {
      congestedLooks = congested ? congestedLooks + 1 : 0;
    }
    if (shedding && known) {
      adjust(congested);
    } else if (!shedding && congestedLooks >= CONGESTED_LOOKS) {
      shedding = true;
      rate = Math.max(best, LEAST_RATE);
      calmLooks = 0;
      resumedAt = nowNanos;
    }
    if (shedding) {
      share(seconds);
    }
    active.forEach(ShedShare::forget);
    active.clear();
    began = nowNanos;
    least = Long.MAX_VALUE;
    ended = 0;
    refused = 0;
  }

  private int arrived() {
    int arrived = 0;
    for (ShedShare each : active) {
      arrived += each.arrivals();
    }
    return arrived;
  }

  private void adjust(boolean congested) {
    if (congested) {
      freeLooks = 0;
      // Not far below what it was able to do: then refusing is what costs, or somebody else.
      rate = Math.max(Math.max(Math.min(rate, managed * 1.2) * SHRINK, best / 2), LEAST_RATE);
    } else {
      double grown = rate * (1 + GROW * Math.min(++freeLooks, MOST_GROWTH));
      rate = Math.min(grown, Math.max(best, LEAST_RATE) * MOST);
    }
    calmLooks = congested || refused > 0 ? 0 : calmLooks + 1;
    if (calmLooks >= CALM_LOOKS) {
      shedding = false;
      level = Double.MAX_VALUE;
    }
  }

  /**
   * Finds the level up to which each agent's calls are taken so that all together make the rate.
   */
  private void share(double seconds) {
    double left = rate;
    int agents = active.size();
    active.sort(null);
    for (ShedShare each : active) {
      double wish = each.arrivals() / seconds;
      if (wish * agents > left) {
        break;
      }
      left -= wish;
      agents--;
    }
    // Where all get what they ask for, the next one to ask for more may.
    level = agents == 0 ? rate : left / agents;
  }
}
