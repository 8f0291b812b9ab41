package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.map.IMap;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the registry into the cluster's map of agents: every spec, tombstones too, after it is
 * durable here. Only a newer revision replaces an older one. One way: nothing is read back.
 */
public final class RegistryMirror {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryMirror.class);

  private final Registry registry;
  private final HazelcastMember member;

  private RegistryMirror(Registry registry, HazelcastMember member) {
    this.registry = registry;
    this.member = member;
  }

  /** Begins to mirror: what there is, once joined, and every change from now on. */
  public static RegistryMirror start(Registry registry, HazelcastMember member) {
    RegistryMirror mirror = new RegistryMirror(registry, member);
    registry.watch(spec -> mirror.write(spec.name()));
    member.whenMerged(mirror::writeAll);
    mirror.writeAll();
    return mirror;
  }

  private void writeAll() {
    registry.agents().forEach(spec -> write(spec.name()));
  }

  private void write(AgentName name) {
    member
        .run(
            hazelcast -> {
              registry
                  .agentOrTombstone(name)
                  .ifPresent(spec -> write(hazelcast.getMap(HazelcastConfig.AGENTS), spec));
              return null;
            })
        .onFailure(e -> LOG.debug("agent {} not mirrored: {}", name, e.toString()));
  }

  private static void write(IMap<String, String> agents, AgentSpec spec) {
    String key = spec.name().key();
    String there = agents.get(key);
    if (there == null || new JsonObject(there).getLong("revision", 0L) < spec.revision()) {
      agents.set(key, Documents.of(spec).encode());
    }
  }
}
