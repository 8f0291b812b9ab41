package dev.nexusdelta.app;

import dev.nexusdelta.access.AllowedAddresses;
import dev.nexusdelta.access.Refusal;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.sync.NoSync;
import dev.nexusdelta.sync.Pace;
import dev.nexusdelta.sync.Pause;
import dev.nexusdelta.sync.Reconciliation;
import dev.nexusdelta.sync.RegistrySync;
import dev.nexusdelta.sync.RemoteRegistryProvider;
import dev.nexusdelta.sync.SharedSync;
import dev.nexusdelta.sync.SyncControl;
import dev.nexusdelta.sync.SyncStatus;
import dev.nexusdelta.sync.SyncStore;
import dev.nexusdelta.telemetry.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Joins the registry with the one outside, where one is wanted. */
final class OutsideRegistry {
  private OutsideRegistry() {}

  /** Begins to keep both alike; ended with the rest. */
  static SyncControl begin(
      Frame frame,
      Registry registry,
      ClusterRegistry cluster,
      GuardedPlaces places,
      Fleet fleet,
      Closing closing) {
    SyncStore store = cluster.store().sync();
    Optional<Settings.Firestore> wanted = frame.settings().firestore();
    if (wanted.isEmpty()) {
      return new NoSync(store);
    }
    RemoteRegistryProvider provider = frame.outside().orElseThrow();
    SharedSync sync =
        SharedSync.open(
            frame.loops(),
            new SharedSync.Parts(
                registry,
                store,
                cluster.leadership()::leads,
                () ->
                    RegistrySync.open(
                        frame.loops(),
                        new RegistrySync.Parts(
                            registry,
                            store,
                            provider.open(frame.loops(), wanted.get().remote()),
                            new Reconciliation(
                                wanted.get().trust(), url -> refusal(places.allowed(), url)),
                            new SyncNews(fleet.events()),
                            agent -> tools(fleet, agent),
                            frame.world().nanos(),
                            Pace.USUAL,
                            new Pause(RandomGenerator.of("L64X128MixRandom")))),
                new SyncWord(cluster),
                frame.world().nanos()));
    cluster
        .messages()
        .receive(SyncWord.TOPIC, question -> sync.confirmForOthers().map(String::valueOf));
    closing.add("sync with Firestore", sync::close);
    measured(frame.metrics(), sync, frame.world().nanos());
    return sync;
  }

  private static Optional<String> refusal(AllowedAddresses allowed, Run.Url url) {
    return url.addresses().stream()
        .map(allowed::refusal)
        .flatMap(Optional::stream)
        .map(Refusal::reason)
        .findFirst();
  }

  private static List<ToolInfo> tools(Fleet fleet, AgentName agent) {
    AgentView view = fleet.view().agent(agent.key());
    return view == null ? List.of() : view.tools();
  }

  private static void measured(Metrics metrics, SharedSync sync, LongSupplier nanos) {
    metrics.gauge(
        "nexus_registry_sync_lag_seconds",
        "How long the change has waited that has waited longest to be alike in Firestore",
        () -> one(status(sync).lagNanos(nanos.getAsLong()) / 1e9));
    metrics.gauge(
        "nexus_registry_sync_pending",
        "Agents that are not alike in Firestore yet",
        () -> one(status(sync).pending()));
    metrics.gauge(
        "nexus_registry_sync_connected",
        "1 while Firestore answers",
        () -> one(status(sync).trouble().isEmpty() ? 1 : 0));
    metrics.gauge(
        "nexus_registry_invalid_documents",
        "Documents of Firestore that are refused",
        () -> one(sync.refused().size()));
  }

  private static SyncStatus status(SharedSync sync) {
    return sync.status().orElseThrow();
  }

  private static List<Metrics.Sample> one(double value) {
    return List.of(new Metrics.Sample(value, List.of()));
  }
}
