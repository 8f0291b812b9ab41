package dev.nexusdelta.host.url;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Context;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The replicas of one release that runs elsewhere. Used on the host's context only. */
final class RemoteRelease {
  private static final int HTTP = 80;

  /** What needs no resolution; InetAddress and the like would ask for anything else. */
  private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*]");

  private final Release release;
  private final List<URI> urls;
  private final Consumer<HostEvent> events;
  private final Ids ids;

  /** Present replicas by where they listen. */
  private final Map<Place, ObservedReplica> replicas = new LinkedHashMap<>();

  /** The last good answer for each name. */
  private final Map<String, List<String>> answers = new LinkedHashMap<>();

  private final Set<String> asked = new TreeSet<>();
  private int failures;
  private boolean ended;

  private record Place(String address, int port) {}

  /** Numbers and names of replicas, and the time. */
  interface Ids {
    int ordinal();

    String id(int ordinal);

    Instant now();
  }

  RemoteRelease(Release release, Run.Url url, Consumer<HostEvent> events, Ids ids) {
    this.release = release;
    this.urls = url.addresses();
    this.events = events;
    this.ids = ids;
  }

  List<Integer> ordinals() {
    return replicas.values().stream().map(ObservedReplica::ordinal).toList();
  }

  /** Asks for every name that is not being asked for already, and follows the answers. */
  void resolve(Names names, Context context, Duration period) {
    for (URI url : urls) {
      String host = url.getHost();
      if (LITERAL.matcher(host).matches()) {
        answers.put(
            host, List.of(host.startsWith("[") ? host.substring(1, host.length() - 1) : host));
      } else if (asked.add(host)) {
        names
            .resolve(host)
            .onComplete(
                answer ->
                    context.runOnContext(
                        v -> {
                          asked.remove(host);
                          if (answer.succeeded() && !answer.result().isEmpty()) {
                            answers.put(host, answer.result());
                            update();
                          } else {
                            failed(host, answer.cause(), period);
                          }
                        }));
      }
    }
    update();
  }

  private void update() {
    if (ended) {
      return;
    }
    Set<Place> wanted = wanted();
    for (Place place : List.copyOf(replicas.keySet())) {
      if (!wanted.contains(place)) {
        gone(place, "its address is no longer one of the agent's");
      }
    }
    for (Place place : wanted) {
      if (!replicas.containsKey(place)) {
        failures = 0;
        appear(place);
      }
    }
  }

  /**
   * In the order of the manifest, and of the addresses within a name, so that ordinals are alike.
   */
  private Set<Place> wanted() {
    Set<Place> wanted = new LinkedHashSet<>();
    for (URI url : urls) {
      int port = url.getPort() < 0 ? HTTP : url.getPort();
      for (String address : new TreeSet<>(answers.getOrDefault(url.getHost(), List.of()))) {
        wanted.add(new Place(address, port));
      }
    }
    return wanted;
  }

  private void appear(Place place) {
    int ordinal = ids.ordinal();
    ObservedReplica replica =
        new ObservedReplica(
            ids.id(ordinal),
            release.agent(),
            release.id(),
            ordinal,
            place.address(),
            place.port(),
            OptionalLong.empty(),
            Optional.empty(),
            false,
            false,
            ids.now());
    replicas.put(place, replica);
    events.accept(new HostEvent.Changed(replica));
  }

  private void gone(Place place, String reason) {
    ObservedReplica replica = replicas.remove(place);
    if (replica != null) {
      events.accept(
          new HostEvent.Gone(replica, new Exit(OptionalInt.empty(), true, reason, List.of())));
    }
  }

  /** While nothing was ever resolved there is no replica, and callers should hear why. */
  private void failed(String host, @Nullable Throwable cause, Duration period) {
    if (ended || !replicas.isEmpty()) {
      return;
    }
    failures++;
    String why = cause == null ? "no addresses" : cause.toString();
    Exit exit =
        new Exit(
            OptionalInt.empty(),
            false,
            "cannot resolve the host '" + host + "' of run.url (" + why + ")",
            List.of());
    events.accept(new HostEvent.BackingOff(release.agent(), release.id(), failures, exit, period));
  }

  void end(String reason) {
    ended = true;
    for (Place place : new ArrayList<>(replicas.keySet())) {
      gone(place, reason);
    }
  }
}
