package dev.nexusdelta.host.url;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.host.Exit;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** The replicas of one release that runs elsewhere. Used on the host's context only. */
final class RemoteRelease {
  /** As many failures in a row as make a start hopeless. */
  private static final int DECIDED = 3;

  private final Release release;
  private final List<URI> urls;
  private final Permit permit;
  private final Consumer<HostEvent> events;
  private final Ids ids;

  /** Present replicas by where they listen. */
  private final Map<Place, ObservedReplica> replicas = new LinkedHashMap<>();

  /** Those of the last good answer for each address of the manifest that may be called. */
  private final Map<URI, List<Place>> answers = new LinkedHashMap<>();

  /** Why others may not. */
  private final Map<Place, String> refused = new LinkedHashMap<>();

  private final Set<URI> asked = new HashSet<>();

  /** Of those asked: what has changed since, so that the answer may be too old. */
  private final Set<URI> outdated = new HashSet<>();

  private int failures;
  private boolean ended;

  /** Numbers and names of replicas, and the time. */
  interface Ids {
    int ordinal();

    String id(int ordinal);

    Instant now();
  }

  RemoteRelease(Release release, Run.Url url, Permit permit, Consumer<HostEvent> events, Ids ids) {
    this.release = release;
    this.permit = permit;
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
        ask(resolver, url);
      }
    }
    update();
  }

  /** Asks for the containers of this name, once more if an answer is on its way already. */
  void resolve(Resolver resolver, AgentName containers) {
    for (URI url : urls) {
      if (Resolver.isOf(containers, url)) {
        if (asked.add(url)) {
          ask(resolver, url);
        } else {
          outdated.add(url);
        }
      }
    }
  }

  private void ask(Resolver resolver, URI url) {
    resolver.resolve(
        url,
        answer -> {
          asked.remove(url);
          if (answer.succeeded()) {
            answered(url, answer.result(), resolver.period());
          } else {
            waits(
                "cannot resolve " + url + " of run.url (" + answer.cause().getMessage() + ")",
                failures + 1,
                resolver.period());
          }
          if (outdated.remove(url) && asked.add(url)) {
            ask(resolver, url);
          }
        });
  }

  /** What may not be called is no replica, and ends being one at once. */
  private void answered(URI url, List<Place> found, Duration period) {
    List<Place> permitted = new ArrayList<>();
    Optional<String> why = Optional.empty();
    for (Place place : found) {
      Optional<String> refusal = permit.refusal(release.agent(), url, place);
      if (refusal.isEmpty()) {
        permitted.add(place);
        refused.remove(place);
      } else {
        why = why.or(() -> refusal);
        refused.put(place, refusal.get());
      }
    }
    answers.put(url, permitted);
    update();
    refused.keySet().removeIf(place -> !found.contains(place) && permitted.isEmpty());
    // Not a start that may go well next time: nobody is to wait for it.
    why.ifPresent(reason -> waits(reason, Math.max(DECIDED, failures + 1), period));
  }

  private void update() {
    if (ended) {
      return;
    }
    Map<Place, String> wanted = wanted();
    for (Place place : List.copyOf(replicas.keySet())) {
      if (!wanted.containsKey(place)) {
        gone(place, refused.getOrDefault(place, "its address is no longer one of the agent's"));
      }
    }
    wanted.forEach(
        (place, name) -> {
          if (!replicas.containsKey(place)) {
            failures = 0;
            appear(place, name);
          }
        });
  }

  /**
   * By what name each is asked. In the order of the manifest, and of the addresses within a name,
   * so that ordinals are alike.
   */
  private Map<Place, String> wanted() {
    Map<Place, String> wanted = new LinkedHashMap<>();
    for (URI url : urls) {
      for (Place place : answers.getOrDefault(url, List.of())) {
        wanted.putIfAbsent(place, Resolver.nameOf(url));
      }
    }
    return wanted;
  }

  private void appear(Place place, String name) {
    int ordinal = ids.ordinal();
    ObservedReplica replica =
        ObservedReplica.builder(
                ids.id(ordinal),
                release.agent(),
                release.id(),
                ordinal,
                place.address(),
                place.port(),
                ids.now())
            .name(name)
            .build();
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

  /** While there is no replica callers should hear why. */
  private void waits(String why, int count, Duration period) {
    if (ended || !replicas.isEmpty()) {
      return;
    }
    failures = count;
    Exit exit = new Exit(OptionalInt.empty(), false, why, List.of());
    events.accept(new HostEvent.BackingOff(release.agent(), release.id(), failures, exit, period));
  }

  void end(String reason) {
    ended = true;
    for (Place place : new ArrayList<>(replicas.keySet())) {
      gone(place, reason);
    }
  }
}
