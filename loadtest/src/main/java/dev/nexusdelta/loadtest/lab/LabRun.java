package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One run: records its calls, watches the fleet meanwhile, and writes summary and picture at its
 * end. Also says every two seconds how it goes, in lines that begin with {@link #PROGRESS}.
 */
public final class LabRun {
  /** How lines of progress begin, for who reads the output of this process. */
  public static final String PROGRESS = "lab: ";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int BETWEEN_LINES_SECONDS = 2;
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  /** Longer runs are kept in windows of ten seconds. */
  private static final double LONG_SECONDS = 1_800;

  private final String simulation;
  private final Knobs knobs;
  private final String gateway;
  private final String scaled;
  private final Recording recording;
  private final Optional<AdminApi> admin;
  private final Optional<FleetWatch> watch;
  private final Machine before = Machine.here();
  private final PrintStream out;
  private final AtomicInteger killed = new AtomicInteger();
  private volatile Optional<Predicate<Evidence>> stop = Optional.empty();
  private long toldBegun;
  private volatile boolean stopped;
  private final ScheduledExecutorService progress =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lab-progress");
            thread.setDaemon(true);
            return thread;
          });

  private LabRun(
      String simulation,
      Knobs knobs,
      List<String> agents,
      List<Phase> phases,
      Optional<AdminApi> admin,
      PrintStream out) {
    this.simulation = simulation;
    this.knobs = knobs;
    this.gateway = knobs.text("url", "http://127.0.0.1:8080");
    this.scaled = agents.get(0);
    double seconds = phases.isEmpty() ? 0 : phases.get(phases.size() - 1).until();
    InstantSource clock = InstantSource.system();
    this.recording =
        new Recording(System::nanoTime, clock, phases, seconds > LONG_SECONDS ? 10 : 1);
    this.admin = admin;
    this.watch = admin.map(api -> new FleetWatch(api, agents, clock));
    this.out = out;
  }

  /**
   * A run that has not begun.
   *
   * @param agents that are watched; the first one's replicas are drawn and judged
   */
  public static LabRun open(
      String simulation, Knobs knobs, List<String> agents, List<Phase> phases) {
    try {
      String url = knobs.text("url", "http://127.0.0.1:8080");
      Optional<AdminApi> admin = AdminApi.open(knobs.text("admin", url), knobs.path("key-file"));
      return new LabRun(simulation, knobs, agents, phases, admin, System.out);
    } catch (IOException e) {
      throw new UncheckedIOException("the key cannot be read", e);
    }
  }

  /** Where calls are counted. */
  public Recording recording() {
    return recording;
  }

  /** The gateway's admin API, if there is a key for it. */
  public Optional<AdminApi> admin() {
    return admin;
  }

  /**
   * Watches from now on. Ends this process with the one that started it: nobody waits for it then.
   */
  public void begin() {
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    watch.ifPresent(FleetWatch::begin);
    progress.scheduleAtFixedRate(
        this::tell, BETWEEN_LINES_SECONDS, BETWEEN_LINES_SECONDS, TimeUnit.SECONDS);
  }

  private void tell() {
    List<Recording.Row> rows = recording.settle(false);
    stopped = stopped || stop.map(enough -> enough.test(evidence())).orElse(false);
    long begun = recording.begun();
    if (begun > 0) {
      Recording.Cell all = recording.all();
      Recording.Cell latest = rows.isEmpty() ? all : rows.get(rows.size() - 1).all();
      out.printf(
          Locale.ROOT,
          PROGRESS + "%4.0f s  %4.0f calls/s  %d ok  %d failed  p95 %s ms%s%n",
          recording.now(),
          (begun - toldBegun) / (double) BETWEEN_LINES_SECONDS,
          all.ok(),
          all.failed(),
          Rounded.text(latest.p95()),
          watch.map(fleet -> "  replicas " + fleet.ready()).orElse(""));
      toldBegun = begun;
    }
  }

  /** Looked at every two seconds: whether enough is known. */
  public void stopWhen(Predicate<Evidence> enough) {
    stop = Optional.of(enough);
  }

  /** Whether enough is known. */
  public boolean stopped() {
    return stopped;
  }

  /**
   * Waits until an agent has no replica.
   *
   * @throws IllegalStateException if it still has one after that time, or nobody can be asked
   */
  public void awaitNoReplica(String agent, Duration atMost) {
    AdminApi api = admin.orElseThrow(() -> noKey("to see when " + agent + " is idle"));
    long end = System.nanoTime() + atMost.toNanos();
    int left = replicas(api, agent);
    while (left != 0) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            agent + " is not idle after " + atMost.toSeconds() + " s: " + left + " replicas");
      }
      LockSupport.parkNanos(LOOK.toNanos());
      left = replicas(api, agent);
    }
  }

  private static int replicas(AdminApi api, String agent) {
    try {
      return api.agent(agent).path("status").path("replicas").size();
    } catch (IOException e) {
      throw new UncheckedIOException("agent " + agent + " cannot be looked at", e);
    }
  }

  private static IllegalStateException noKey(String what) {
    return new IllegalStateException(
        "the gateway's key is needed " + what + ": -Dnexus.key-file=<data>/admin.token");
  }

  /** Kills so many replicas of an agent, evenly spread over the run. */
  public void killReplicas(String agent, int times, Duration during) {
    AdminApi api = admin.orElseThrow(() -> noKey("to find replicas"));
    ReplicaKill kill = new ReplicaKill(api, new SplittableRandom(3));
    for (int i = 1; i <= times; i++) {
      long delay = during.toMillis() * i / (times + 1);
      progress.schedule(() -> kill(kill, agent), delay, TimeUnit.MILLISECONDS);
    }
  }

  private void kill(ReplicaKill kill, String agent) {
    try {
      Optional<String> victim = kill.one(agent);
      victim.ifPresent(id -> killed.incrementAndGet());
      say(victim.map(id -> id + " was killed").orElse("no replica of " + agent + " to be killed"));
    } catch (IOException e) {
      say("no replica could be killed: " + e.getMessage());
    }
  }

  /** Replicas that were killed. */
  public int killed() {
    return killed.get();
  }

  /** A line among those of the progress. */
  public void say(String line) {
    out.println(PROGRESS + line);
  }

  /** Ends the run: judges it, and writes what is left of it. */
  public void end(Function<Evidence, List<Slo>> judge) {
    progress.shutdownNow();
    watch.ifPresent(FleetWatch::close);
    Evidence evidence = evidence();
    List<Slo> slos = judge.apply(evidence);
    ObjectNode summary =
        SummaryJson.of(
            new SummaryJson.Run(
                simulation,
                gateway,
                scaled,
                watch.isPresent(),
                knobs.used(),
                before,
                Machine.here()),
            evidence,
            slos);
    admin.ifPresent(api -> addDecisions(summary, api));
    write(summary);
    slos.forEach(slo -> out.println(slo.line()));
  }

  private Evidence evidence() {
    FleetStory story =
        watch
            .map(fleet -> fleet.story(recording))
            .orElseGet(
                () -> new FleetStory(List.of(), List.of(), Map.of(), recording.firstAnswers()));
    return new Evidence(recording, story);
  }

  /** What the gateway says of its own decisions, as it says it; older ones do not. */
  private void addDecisions(ObjectNode summary, AdminApi api) {
    try {
      summary.set("scaling", api.get("/agents/" + scaled + "/scaling"));
    } catch (IOException e) {
      summary.putNull("scaling");
    }
  }

  private void write(ObjectNode summary) {
    try {
      Path folder = knobs.path("results").orElseGet(this::ownFolder);
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("summary.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
      Files.writeString(folder.resolve("picture.svg"), Picture.of(summary));
      out.println("written to " + folder.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new UncheckedIOException("the summary cannot be written", e);
    }
  }

  private Path ownFolder() {
    String stamp =
        LocalDateTime.ofInstant(
                recording.started().orElse(InstantSource.system().instant()), ZoneOffset.UTC)
            .format(STAMP);
    return Path.of("target", "loadtest", simulation + "-" + stamp);
  }
}
