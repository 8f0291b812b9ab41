package dev.nexusdelta.loadtest.lab;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Every call of a run, counted as it ends, without locks: per tool, per phase (that of the call's
 * begin) and per window of a second or more (that of its end). Windows that are over are folded
 * into rows by {@link #settle}, so that hours cost little memory.
 *
 * <p>Any thread may begin and end calls; one thread settles.
 */
public final class Recording {
  /** Windows that stay open behind the present one, for threads that were held up. */
  private static final int OPEN = 1;

  private final LongSupplier nanos;
  private final InstantSource clock;
  private final List<Phase> phases;
  private final double step;
  private final AtomicReference<Begin> begin = new AtomicReference<>();
  private final Map<String, Tally> byTool = new ConcurrentHashMap<>();
  private final List<Tally> byPhase;
  private final ConcurrentSkipListMap<Long, Window> windows = new ConcurrentSkipListMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
  private final Map<String, Double> firstAnswers = new ConcurrentHashMap<>();
  private volatile long settled;
  private volatile double lastEnd;

  private record Begin(long nanos, Instant at) {}

  /** Calls of some kind. */
  static final class Tally {
    final LongAdder begun = new LongAdder();
    final LongAdder ok = new LongAdder();
    final LongAdder failed = new LongAdder();
    final Histogram times = new Histogram();

    void end(long took, boolean good) {
      (good ? ok : failed).increment();
      if (good) {
        times.add(took);
      }
    }
  }

  private static final class Window {
    final LongAdder begun = new LongAdder();
    final Map<String, Tally> tools = new ConcurrentHashMap<>();
  }

  /** Figures of one tool, or of all, in one window. */
  record Cell(long ok, long failed, double p50, double p95, double p99, double max) {}

  /**
   * A window that is over.
   *
   * @param second at which it began
   */
  record Row(double second, long begun, Cell all, Map<String, Cell> tools) {}

  /**
   * @param nanos a clock that never jumps
   * @param clock the wall's, read once, for what others date by it
   * @param step seconds of a window
   */
  public Recording(LongSupplier nanos, InstantSource clock, List<Phase> phases, double step) {
    this.nanos = nanos;
    this.clock = clock;
    this.phases = List.copyOf(phases);
    this.step = step;
    this.byPhase = phases.stream().map(phase -> new Tally()).toList();
  }

  /** The run begins now, unless it has: all seconds count from here. */
  public void start() {
    start(nanos.getAsLong());
  }

  private void start(long now) {
    if (begin.get() == null) {
      begin.compareAndSet(null, new Begin(now, clock.instant()));
    }
  }

  /** A call begins now; returns when that is, for {@link #end}. */
  public long begin() {
    long now = nanos.getAsLong();
    start(now);
    double second = second(now);
    window(second).begun.increment();
    phase(second).ifPresent(tally -> tally.begun.increment());
    return now;
  }

  /** The call that began then has ended. */
  public void end(String tool, long begun, Answer answer) {
    long now = nanos.getAsLong();
    long took = now - begun;
    double second = second(now);
    lastEnd = second;
    byTool.computeIfAbsent(tool, key -> new Tally()).end(took, answer.asExpected());
    phase(second(begun)).ifPresent(tally -> tally.end(took, answer.asExpected()));
    window(second).tools.computeIfAbsent(tool, key -> new Tally()).end(took, answer.asExpected());
    if (!answer.asExpected()) {
      reasons.computeIfAbsent(answer.reason(), key -> new LongAdder()).increment();
    }
    if (!answer.replica().isEmpty() && !firstAnswers.containsKey(answer.replica())) {
      firstAnswers.putIfAbsent(answer.replica(), second);
    }
  }

  private Window window(double second) {
    long index = Math.max(settled, (long) Math.floor(second / step));
    return windows.computeIfAbsent(index, key -> new Window());
  }

  private Optional<Tally> phase(double second) {
    for (int i = 0; i < phases.size(); i++) {
      boolean last = i == phases.size() - 1;
      if (second < phases.get(i).until() || last) {
        return Optional.of(byPhase.get(i));
      }
    }
    return Optional.empty();
  }

  private double second(long at) {
    Begin first = begin.get();
    return first == null ? 0 : Math.max(0, at - first.nanos()) / 1e9;
  }

  /** Seconds since the start; 0 before it. */
  public double now() {
    return second(nanos.getAsLong());
  }

  /** The second of the run that is a moment of the wall's clock; negative before the start. */
  double secondOf(Instant at) {
    Begin first = begin.get();
    return first == null ? 0 : Duration.between(first.at(), at).toMillis() / 1e3;
  }

  /** When the run began, if it did. */
  Optional<Instant> started() {
    return Optional.ofNullable(begin.get()).map(Begin::at);
  }

  /** Folds the windows that are over; all of them at the end. */
  synchronized List<Row> settle(boolean end) {
    long until = end ? Long.MAX_VALUE : (long) Math.floor(now() / step) - OPEN;
    if (!end && until > settled) {
      settled = until;
    }
    windows
        .headMap(until)
        .forEach(
            (index, window) -> {
              rows.add(row(index, window));
              windows.remove(index);
            });
    return List.copyOf(rows);
  }

  private Row row(long index, Window window) {
    Map<String, Cell> tools = new TreeMap<>();
    Tally all = new Tally();
    window.tools.forEach(
        (tool, tally) -> {
          tools.put(tool, cell(tally));
          all.ok.add(tally.ok.sum());
          all.failed.add(tally.failed.sum());
          all.times.addAll(tally.times);
        });
    return new Row(index * step, window.begun.sum(), cell(all), tools);
  }

  static Cell cell(Tally tally) {
    return new Cell(
        tally.ok.sum(),
        tally.failed.sum(),
        tally.times.percentile(50),
        tally.times.percentile(95),
        tally.times.percentile(99),
        tally.times.percentile(100));
  }

  /** Figures by tool. */
  Map<String, Cell> tools() {
    Map<String, Cell> cells = new TreeMap<>();
    byTool.forEach((tool, tally) -> cells.put(tool, cell(tally)));
    return cells;
  }

  /** Calls that began. */
  long begun() {
    return byPhase.stream().mapToLong(tally -> tally.begun.sum()).sum();
  }

  /** Figures of all calls. */
  public Cell all() {
    Tally all = new Tally();
    byTool
        .values()
        .forEach(
            tally -> {
              all.ok.add(tally.ok.sum());
              all.failed.add(tally.failed.sum());
              all.times.addAll(tally.times);
            });
    return cell(all);
  }

  /** A phase and what became of the calls that began in it. */
  record PhaseFigures(Phase phase, long begun, Cell cell) {}

  List<PhaseFigures> phases() {
    List<PhaseFigures> figures = new ArrayList<>();
    for (int i = 0; i < phases.size(); i++) {
      Tally tally = byPhase.get(i);
      figures.add(new PhaseFigures(phases.get(i), tally.begun.sum(), cell(tally)));
    }
    return figures;
  }

  /** How often calls failed for which reason. */
  Map<String, Long> failures() {
    Map<String, Long> sums = new TreeMap<>();
    reasons.forEach((reason, calls) -> sums.put(reason, calls.sum()));
    return sums;
  }

  /** When each replica first answered, in seconds. */
  Map<String, Double> firstAnswers() {
    return new TreeMap<>(firstAnswers);
  }

  /** When the latest call ended, in seconds. */
  double lastEnd() {
    return lastEnd;
  }

  double step() {
    return step;
  }
}
