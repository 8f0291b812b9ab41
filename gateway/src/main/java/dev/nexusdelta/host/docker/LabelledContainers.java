package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Container;
import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the containers that somebody else has started (compose, by hand) and labelled {@code
 * nexus.agent=<Name>}, without {@code nexus.host}: lists them, and lists them again whenever one of
 * them starts, ends or pauses, after each gap in the engine's events, and now and then. Nothing is
 * ever done to them. While the engine is away, what was known stays.
 *
 * <p>All state belongs to one Vert.x context; methods may be called from any thread.
 */
public final class LabelledContainers implements Containers {
  private static final Logger log = LoggerFactory.getLogger(LabelledContainers.class);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** For what no event tells, such as a network that a container joins later. */
  private static final Duration RELIST = Duration.ofSeconds(30);

  /** The engine tells some events, such as a pause, before its list knows of them. */
  private static final Duration LAG = Duration.ofMillis(250);

  private final Context context;
  private final Engine engine;
  private final EngineEvents events;
  private final Reach reach;

  /** Completes when the engine has been asked once, with whatever outcome. */
  private final Promise<Void> asked = Promise.promise();

  private final Map<AgentName, List<LabelledContainer>> known = new TreeMap<>();
  private Neighbourhood neighbourhood = new Neighbourhood(List.of());

  /** What was said of each container, so that it is said once. */
  private final Map<String, Set<String>> said = new LinkedHashMap<>();

  private @Nullable Listener listener;
  private @Nullable String trouble = "it was not asked yet";
  private long timer = -1;
  private boolean listing;
  private boolean again;
  private boolean mayLag;
  private boolean closed;

  /**
   * Connects nowhere before {@link #open}.
   *
   * @param context where the listener is called
   * @param address of the engine, as in {@code DOCKER_HOST}; empty = the usual socket
   * @param reach by which address containers are called
   * @param nanos a monotonic clock
   * @throws IllegalArgumentException for an address that cannot be one
   */
  public LabelledContainers(
      Context context, String address, Reach reach, LongSupplier nanos, RandomGenerator random) {
    this.context = context;
    this.reach = reach;
    EngineClients clients = new EngineClients(EngineAddress.of(address), LONGEST_CALL);
    this.engine = new Engine(context, clients);
    this.events =
        new EngineEvents(
            EngineWire.of(clients.streams(), new ReopenDelay(random), nanos),
            context,
            new EngineEvents.Listener() {
              @Override
              public void gap() {
                heard();
              }

              @Override
              public void happened(ContainerEvent event) {
                if (!event.labels().containsKey(Labels.HOST)) {
                  heard();
                }
              }
            });
  }

  /** From now on the listener hears of containers, of those that run already first. */
  public void open(Listener hears) {
    context.runOnContext(
        v -> {
          listener = hears;
          events.start();
          list();
        });
  }

  /** Forgets all; the containers go on. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          closed = true;
          context.owner().cancelTimer(timer);
          events.close();
          engine.close();
          asked.tryComplete();
          done.complete();
        });
    return done.future();
  }

  @Override
  public Future<List<Place>> labelled(AgentName agent, OptionalInt port) {
    Promise<List<Place>> answer = Promise.promise();
    asked
        .future()
        .onComplete(once -> context.runOnContext(v -> answer.handle(placesOf(agent, port))));
    return answer.future();
  }

  private Future<List<Place>> placesOf(AgentName agent, OptionalInt port) {
    if (trouble != null) {
      return Future.failedFuture("the engine cannot be asked for its containers: " + trouble);
    }
    Set<Place> places = new LinkedHashSet<>();
    for (LabelledContainer container : known.getOrDefault(agent, List.of())) {
      place(container, port).ifPresent(places::add);
    }
    return Future.succeededFuture(List.copyOf(places));
  }

  private Optional<Place> place(LabelledContainer container, OptionalInt wished) {
    OptionalInt inside = container.inside(wished, text -> complain(container, text));
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    int port = inside.getAsInt();
    Optional<Place> place = neighbourhood.place(container, port, reach);
    if (place.isEmpty()) {
      complain(container, unreachable(container, port));
    }
    return place;
  }

  private String unreachable(LabelledContainer container, int port) {
    String name = container.found().name();
    String publish = "publish its port (docker run -p 127.0.0.1::" + port + " …)";
    return switch (reach) {
      case LOOPBACK ->
          "container %s does not publish its port %d, and docker.reach is loopback: %s"
              .formatted(name, port, publish);
      case CONTAINER ->
          "container %s has no address on a network of this machine, and docker.reach is container: put it on a bridge network"
              .formatted(name);
      case AUTO ->
          "container %s cannot be reached: it has no address on a network of this machine and does not publish its port %d; %s, or put it on a bridge network"
              .formatted(name, port, publish);
    };
  }

  private void heard() {
    mayLag = true;
    list();
  }

  /** One list at a time; what happens meanwhile makes another. */
  private void list() {
    if (closed) {
      return;
    }
    if (listing) {
      again = true;
      return;
    }
    listing = true;
    again = false;
    context.owner().cancelTimer(timer);
    engine
        .containers(Set.of(Labels.AGENT))
        .compose(
            all ->
                context
                    .executeBlocking(Neighbourhood::now, false)
                    .onSuccess(
                        now -> {
                          neighbourhood = now;
                          take(all);
                        }))
        .onComplete(
            done -> {
              listing = false;
              if (done.failed()) {
                failed(done.cause());
              }
              if (again) {
                list();
              } else if (!closed) {
                Duration next = done.failed() ? RETRY : mayLag ? LAG : RELIST;
                mayLag = false;
                timer = context.owner().setTimer(next.toMillis(), fired -> list());
              }
            });
  }

  private void failed(Throwable failure) {
    log.debug("labelled containers are not known", failure);
    if (!asked.future().isComplete()) {
      trouble = failure.getMessage();
      asked.complete();
    }
  }

  private void take(List<Container> all) {
    if (closed) {
      return;
    }
    List<Container> labelled = all.stream().filter(LabelledContainer::isOne).toList();
    said.keySet().retainAll(labelled.stream().map(Container::getId).toList());
    Map<AgentName, List<LabelledContainer>> found = new TreeMap<>();
    labelled.forEach(
        one ->
            LabelledContainer.of(
                    one, text -> complain(one.getId(), Optional.ofNullable(nameOf(one)), text))
                .ifPresent(
                    it -> found.computeIfAbsent(it.agent(), n -> new ArrayList<>()).add(it)));
    Set<AgentName> changed = new LinkedHashSet<>(known.keySet());
    changed.addAll(found.keySet());
    changed.removeIf(agent -> Objects.equals(found.get(agent), known.get(agent)));
    known.clear();
    known.putAll(found);
    trouble = null;
    asked.tryComplete();
    changed.forEach(this::tell);
  }

  private void tell(AgentName agent) {
    Listener told = listener;
    if (told != null) {
      told.changed(
          agent,
          known.getOrDefault(agent, List.of()).stream().map(LabelledContainer::found).toList());
    }
  }

  private static @Nullable AgentName nameOf(Container container) {
    String written = container.getLabels().getOrDefault(Labels.AGENT, "");
    return AgentName.isValid(written) ? new AgentName(written) : null;
  }

  private void complain(LabelledContainer container, String text) {
    complain(container.found().id(), Optional.of(container.agent()), text);
  }

  private void complain(String id, Optional<AgentName> agent, String text) {
    Listener told = listener;
    if (told != null && said.computeIfAbsent(id, i -> new HashSet<>()).add(text)) {
      log.warn("{}", text);
      told.refused(agent, text);
    }
  }
}
