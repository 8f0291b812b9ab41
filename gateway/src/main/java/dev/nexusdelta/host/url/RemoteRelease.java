package dev.nexusdelta.host.url;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.url.Containers.Place;
import dev.nexusdelta.manifest.Run;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** The replicas of one release that runs elsewhere. Used on the host's context only. */
final class RemoteRelease {
  private final Release release;
  private final List<URI> urls;
  private final Consumer<HostEvent> events;
  private final Ids ids;

  /** Present replicas by where they listen. */
  private final Map<Place, ObservedReplica> replicas = new LinkedHashMap<>();

  /** The last good answer for each address of the manifest. */
  private final Map<URI, List<Place>> answers = new LinkedHashMap<>();

  private final Set<URI> asked = new HashSet<>();
  private int failures;
  private boolean ended;

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
  void resolve(Resolver resolver) {
    for (URI url : urls) {
      if (asked.add(url)) {
        resolver.resolve(
            url,
            answer -> {
              asked.remove(url);
              if (answer.succeeded()) {
                answers.put(url, answer.result());
                update();
              } else {
                failed(url, String.valueOf(answer.cause().getMessage()), resolver.period());
              }
            });
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
      wanted.addAll(answers.getOrDefault(url, List.of()));
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
  private void failed(URI url, String why, Duration period) {
    if (ended || !replicas.isEmpty()) {
      return;
    }
    failures++;
    Exit exit =
        new Exit(
            OptionalInt.empty(),
            false,
            "cannot resolve " + url + " of run.url (" + why + ")",
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
