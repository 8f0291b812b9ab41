package dev.nexusdelta.discovery.hazelcast;

import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.Status;
import io.vertx.servicediscovery.types.HttpEndpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A live replica as a Vert.x service record: an HTTP endpoint named after its agent (lower case),
 * registered under the replica's id. Only replicas that take calls are {@code UP}.
 *
 * <p>Gateways of other versions read and write them too: unknown fields are ignored, and all but
 * the ids of replica, agent and gateway may lack.
 */
final class ReplicaRecords {
  /** Which member published it: entries of members that left are removed. */
  private static final String MEMBER = "member";

  /** Characters of all tools with their descriptions and schemas; above it these are left out. */
  private static final int MOST_TOOLS = 64 * 1024;

  private ReplicaRecords() {}

  static String json(ReplicaRecord replica, String member) {
    JsonObject metadata =
        new JsonObject()
            .put("agent", replica.agent().value())
            .put("version", replica.version())
            .put("release", replica.release())
            .put("replica", replica.id())
            .put("gateway", replica.gateway())
            .put("host", replica.host())
            .put("state", replica.state())
            .put("since", replica.since().toString())
            .put("ordinal", replica.ordinal())
            .put("tools", tools(replica.tools()))
            .put(MEMBER, member);
    replica.pid().ifPresent(pid -> metadata.put("pid", pid));
    replica.containerId().ifPresent(id -> metadata.put("containerId", id));
    // createRecord adds "ssl" and the location; the host in there is the address to call.
    Record endpoint =
        HttpEndpoint.createRecord(
                replica.agent().key(), replica.address(), replica.port(), "/", metadata)
            .setRegistration(replica.id())
            .setStatus(replica.isRoutable() ? Status.UP : Status.OUT_OF_SERVICE);
    return endpoint.toJson().encode();
  }

  private static JsonArray tools(List<ToolInfo> tools) {
    JsonArray all = new JsonArray();
    tools.forEach(tool -> all.add(Documents.of(tool)));
    if (all.encode().length() <= MOST_TOOLS) {
      return all;
    }
    // What calls are sent again by must not lack.
    JsonArray bare = new JsonArray();
    tools.forEach(
        tool ->
            bare.add(
                new JsonObject()
                    .put("name", tool.name())
                    .put("readOnly", tool.readOnly())
                    .put("idempotent", tool.idempotent())
                    .put("destructive", tool.destructive())));
    return bare;
  }

  /** Who published the record; empty for records of other programs. */
  static String member(String json) {
    JsonObject metadata = new JsonObject(json).getJsonObject("metadata");
    String member = metadata == null ? null : metadata.getString(MEMBER);
    return member == null ? "" : member;
  }

  /** The replica of a record that a gateway has published; empty for any other. */
  static Optional<ReplicaRecord> replica(String json) {
    try {
      JsonObject record = new JsonObject(json);
      JsonObject metadata = record.getJsonObject("metadata", new JsonObject());
      JsonObject location = record.getJsonObject("location", new JsonObject());
      String id = metadata.getString("replica", "");
      String gateway = metadata.getString("gateway", "");
      if (id.isEmpty() || gateway.isEmpty()) {
        return Optional.empty();
      }
      Long pid = metadata.getLong("pid");
      return Optional.of(
          new ReplicaRecord(
              id,
              new AgentName(metadata.getString("agent")),
              metadata.getString("version", ""),
              metadata.getString("release", ""),
              gateway,
              metadata.getString("host", ""),
              location.getString("host", ""),
              location.getInteger("port", 0),
              metadata.getString("state", ""),
              Instant.parse(metadata.getString("since", Instant.EPOCH.toString())),
              metadata.getInteger("ordinal", 0),
              tools(metadata.getJsonArray("tools", new JsonArray())),
              pid == null ? OptionalLong.empty() : OptionalLong.of(pid),
              Optional.ofNullable(metadata.getString("containerId"))));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static List<ToolInfo> tools(JsonArray json) {
    List<ToolInfo> tools = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      tools.add(Documents.tool(json.getJsonObject(i)));
    }
    return tools;
  }
}
