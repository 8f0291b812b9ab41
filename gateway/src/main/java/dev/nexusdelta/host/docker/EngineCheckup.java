package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Box;
import dev.nexusdelta.host.docker.EngineReport.Silence;
import dev.nexusdelta.host.docker.EngineReport.Silent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Looks an engine over for {@code nexus doctor}: asks, changes nothing, and is done within seconds
 * even if the engine hangs. Blocking.
 */
public final class EngineCheckup {
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);
  private static final Duration ANSWERS = Duration.ofSeconds(5);
  private static final Duration LATELY = Duration.ofHours(1);
  private static final String OWNER = "nexus-owner";
  private static final String NETWORK = "nexus";

  private final BriefEngine engine;
  private final String address;
  private final List<String> unknown = new ArrayList<>();

  /** When the last question is given up. */
  private final long end = System.nanoTime() + ANSWERS.toNanos();

  private EngineCheckup(BriefEngine engine, String address) {
    this.engine = engine;
    this.address = address;
  }

  /**
   * Looks.
   *
   * @param address as in {@code DOCKER_HOST}; empty = the usual socket
   * @param base name of the image that Java agents stand on
   * @param now the time
   */
  public static EngineReport look(String address, String base, Instant now) {
    EngineAddress engine;
    try {
      engine = EngineAddress.of(address);
    } catch (IllegalArgumentException e) {
      return new Silent(address, Silence.WRONG_ADDRESS, String.valueOf(e.getMessage()));
    }
    String shown = engine.toString();
    try (BriefEngine brief = new BriefEngine(engine, ANSWERS)) {
      try {
        BriefEngine.await(
            "ping the engine", brief.begin(() -> brief.client().pingCmd().exec()), FIRST_ANSWER);
      } catch (EngineFailure e) {
        return new Silent(shown, silence(engine, e), String.valueOf(e.getMessage()));
      }
      return new EngineCheckup(brief, shown).answers(base, now);
    }
  }

  private static Silence silence(EngineAddress address, EngineFailure failure) {
    boolean socket = address.uri().getScheme().equals("unix");
    Path path = socket ? Path.of(address.uri().getPath()) : Path.of("/");
    if (socket && !Files.exists(path)) {
      // A folder that may not be entered hides what is in it.
      Path folder = path.getParent();
      return folder != null && Files.exists(folder) && !Files.isExecutable(folder)
          ? Silence.DENIED
          : Silence.NO_SOCKET;
    }
    if (socket && !Files.isWritable(path)) {
      return Silence.DENIED;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return Silence.HUNG;
      }
      if (cause instanceof SocketException) {
        return Silence.NOBODY;
      }
    }
    return Silence.OTHER;
  }

  private Answers answers(String base, Instant now) {
    Future<JsonObject> info = engine.begin(() -> engine.object("/info"));
    Future<JsonObject> version = engine.begin(() -> engine.object("/version"));
    Future<JsonArray> containers = engine.begin(() -> engine.array("/containers/json?all=1"));
    Future<JsonArray> images = engine.begin(() -> engine.array("/images/json"));
    Future<JsonArray> networks = engine.begin(() -> engine.array("/networks"));
    Future<JsonObject> image =
        engine.begin(missing(() -> engine.object("/images/" + quoted(base) + "/json")));
    Future<JsonObject> owner = engine.begin(missing(() -> engine.object("/volumes/" + OWNER)));
    Future<JsonArray> ooms = engine.begin(() -> engine.lines(outOfMemory(now)));

    JsonObject about = await("ask the engine about itself", info, new JsonObject());
    JsonArray listed = await("list containers", containers, new JsonArray());
    List<Box> boxes = boxes(listed);
    JsonArray allImages = await("list images", images, new JsonArray());
    JsonObject baseImage = await("inspect the base image", image, new JsonObject());
    String root = about.getString("DockerRootDir", "");
    Set<Integer> published =
        boxes.stream().flatMap(box -> box.published().stream()).collect(Collectors.toSet());
    return new Answers(
        address,
        about.getString("ServerVersion", "of unknown version"),
        await("ask for the version", version, new JsonObject()).getString("ApiVersion", "unknown"),
        about.getBoolean("LiveRestoreEnabled", false),
        UserlandProxy.isOn(
            EngineAnswers.isElsewhere(about), published, UserlandProxy.commandLines()),
        near(await("list networks", networks, new JsonArray()), EngineAnswers.isElsewhere(about)),
        root,
        about.getLong("MemTotal", 0L),
        EngineAnswers.base(baseImage),
        EngineAnswers.owner(await("look for the engine's owner", owner, new JsonObject())),
        boxes,
        EngineAnswers.unused(allImages, listed, baseImage.getLong("Size", 0L)),
        EngineAnswers.dangling(allImages),
        EngineAnswers.names(await("read the engine's events", ooms, new JsonArray())),
        unknown);
  }

  /** What is not there is empty. */
  private static Callable<JsonObject> missing(Callable<JsonObject> question) {
    return () -> {
      try {
        return question.call();
      } catch (NotFoundException e) {
        return new JsonObject();
      }
    };
  }

  private <T> T await(String what, Future<T> answer, T otherwise) {
    try {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      return BriefEngine.await(what, answer, left);
    } catch (EngineFailure e) {
      unknown.add(e.getMessage());
      return otherwise;
    }
  }

  /** By the replicas' own network; while there is none, any bridge tells where the engine is. */
  private static Optional<Boolean> near(JsonArray networks, boolean elsewhere) {
    Neighbourhood here;
    try {
      here = Neighbourhood.now();
    } catch (SocketException e) {
      return Optional.empty();
    }
    List<JsonObject> bridges =
        EngineAnswers.objects(networks).stream()
            .filter(network -> "bridge".equals(network.getString("Driver")))
            .toList();
    Optional<JsonObject> own =
        bridges.stream().filter(it -> NETWORK.equals(it.getString("Name"))).findFirst();
    if (own.isPresent()) {
      return EngineAnswers.subnets(own.get()).stream().map(here::reaches).findFirst();
    }
    boolean any =
        bridges.stream().flatMap(it -> EngineAnswers.subnets(it).stream()).anyMatch(here::reaches);
    return any ? Optional.of(true) : elsewhere ? Optional.of(false) : Optional.empty();
  }

  private List<Box> boxes(JsonArray containers) {
    Map<String, Future<JsonObject>> asked =
        EngineAnswers.objects(containers).stream()
            .filter(
                container ->
                    EngineAnswers.isRunning(container)
                        && EngineAnswers.labels(container).containsKey(Labels.HOST))
            .map(container -> container.getString("Id"))
            .collect(
                Collectors.toMap(
                    id -> id,
                    id ->
                        engine.begin(missing(() -> engine.object("/containers/" + id + "/json")))));
    List<Box> boxes = new ArrayList<>();
    for (JsonObject container : EngineAnswers.objects(containers)) {
      String id = container.getString("Id");
      Future<JsonObject> whole = asked.get(id);
      long memory =
          whole == null
              ? 0
              : await("inspect container " + id, whole, new JsonObject())
                  .getJsonObject("HostConfig", new JsonObject())
                  .getLong("Memory", 0L);
      JsonObject labels = EngineAnswers.labels(container);
      boxes.add(
          new Box(
              id,
              EngineAnswers.name(container),
              labels.getString(Labels.HOST, ""),
              labels.getString(Labels.AGENT, ""),
              EngineAnswers.isRunning(container),
              memory,
              EngineAnswers.published(container)));
    }
    return boxes;
  }

  /** The engine keeps its last 256 events only. */
  private static String outOfMemory(Instant now) {
    String filters =
        new JsonObject()
            .put("type", new JsonArray().add("container"))
            .put("event", new JsonArray().add("oom"))
            .put("label", new JsonArray().add(Labels.AGENT))
            .encode();
    return "/events?since=%d&until=%d&filters=%s"
        .formatted(now.minus(LATELY).getEpochSecond(), now.getEpochSecond(), quoted(filters));
  }

  private static String quoted(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
