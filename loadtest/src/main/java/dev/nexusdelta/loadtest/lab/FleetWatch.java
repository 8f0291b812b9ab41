package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at agents every second and listens to what happens, on two threads of its own, until it is
 * closed. What it cannot read is missing in the story, and a run goes on.
 */
final class FleetWatch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(200);

  private final AdminApi admin;
  private final List<String> agents;
  private final InstantSource clock;
  private volatile Instant since = Instant.MAX;
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(work -> thread(work, "lab-samples"));
  private final List<Looked> samples = new ArrayList<>();
  private final List<Heard> events = new ArrayList<>();
  private final Map<String, Map<String, String>> startPhases = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile @Nullable InputStream open;

  private record Looked(Instant at, String agent, int desired, int ready, int replicas) {}

  private record Heard(Instant at, Instant seen, JsonNode event) {}

  FleetWatch(AdminApi admin, List<String> agents, InstantSource clock) {
    this.admin = admin;
    this.agents = agents;
    this.clock = clock;
  }

  void begin() {
    since = clock.instant();
    sampler.scheduleAtFixedRate(this::look, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    thread(this::listen, "lab-events").start();
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private void look() {
    for (String agent : agents) {
      try {
        JsonNode status = admin.agent(agent).path("status");
        JsonNode replicas = status.path("replicas");
        Looked looked =
            new Looked(
                clock.instant(),
                agent,
                status.path("desired").asInt(),
                status.path("ready").asInt(),
                replicas.size());
        synchronized (samples) {
          samples.add(looked);
        }
        replicas.forEach(this::remember);
      } catch (IOException | RuntimeException e) {
        continue; // a gap in the samples shows by itself
      }
    }
  }

  private void remember(JsonNode replica) {
    Map<String, String> phases = new LinkedHashMap<>();
    replica
        .path("start")
        .properties()
        .forEach(phase -> phases.put(phase.getKey(), phase.getValue().asText()));
    if (!phases.isEmpty()) {
      startPhases.put(replica.path("id").asText(), phases);
    }
  }

  private void listen() {
    String last = "";
    while (!closed) {
      try (InputStream stream = admin.events(last);
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        open = stream;
        for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
          last = line.startsWith("id: ") ? line.substring(4) : last;
          if (line.startsWith("data: ")) {
            hear(JSON.readTree(line.substring(6)));
          }
        }
      } catch (IOException | RuntimeException e) {
        LockSupport.parkNanos(BEFORE_NEXT_TRY.toNanos()); // the gateway may be on its way back
      }
    }
  }

  private void hear(JsonNode event) {
    Instant at = Instant.parse(event.path("at").asText());
    if (!at.isBefore(since)) {
      synchronized (events) {
        events.add(new Heard(at, clock.instant(), event));
      }
    }
  }

  /** Replicas of the watched agents that can be called, by the latest look; for progress. */
  int ready() {
    Map<String, Integer> latest = new LinkedHashMap<>();
    synchronized (samples) {
      samples.forEach(sample -> latest.put(sample.agent(), sample.ready()));
    }
    return latest.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** All that was seen so far, dated by this recording. */
  FleetStory story(Recording recording) {
    List<FleetStory.Sample> looked;
    synchronized (samples) {
      looked =
          samples.stream()
              .map(
                  sample ->
                      new FleetStory.Sample(
                          recording.secondOf(sample.at()),
                          sample.agent(),
                          sample.desired(),
                          sample.ready(),
                          sample.replicas()))
              .toList();
    }
    List<FleetStory.Event> heard;
    synchronized (events) {
      heard = events.stream().map(event -> dated(event, recording)).toList();
    }
    return new FleetStory(looked, heard, Map.copyOf(startPhases), recording.firstAnswers());
  }

  private static FleetStory.Event dated(Heard heard, Recording recording) {
    JsonNode event = heard.event();
    return new FleetStory.Event(
        recording.secondOf(heard.at()),
        recording.secondOf(heard.seen()),
        event.path("type").asText(),
        event.path("agent").asText(""),
        event.path("replica").asText(""),
        event.path("by").asText(""),
        event.path("reason").asText(""));
  }

  @Override
  public void close() {
    closed = true;
    sampler.shutdownNow();
    InputStream stream = open;
    if (stream != null) {
      try {
        stream.close();
      } catch (IOException e) {
        return; // it is not read any more
      }
    }
  }
}
