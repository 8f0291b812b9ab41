package dev.nexusdelta.discovery.hazelcast;

import dev.nexusdelta.discovery.ReplicaRecord;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.Status;
import io.vertx.servicediscovery.types.HttpEndpoint;

/**
 * A live replica as a Vert.x service record: an HTTP endpoint named after its agent (lower case),
 * registered under the replica's id. Only replicas that take calls are {@code UP}.
 */
final class ReplicaRecords {
  /** Which member published it: entries of members that left are removed. */
  private static final String MEMBER = "member";

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
            .put(MEMBER, member);
    boolean up = replica.state().equals("healthy") || replica.state().equals("suspect");
    // createRecord adds "ssl" and the location; the host in there is the address to call.
    Record endpoint =
        HttpEndpoint.createRecord(
                replica.agent().key(), replica.address(), replica.port(), "/", metadata)
            .setRegistration(replica.id())
            .setStatus(up ? Status.UP : Status.OUT_OF_SERVICE);
    return endpoint.toJson().encode();
  }

  /** Who published the record; empty for records of other programs. */
  static String member(String json) {
    JsonObject metadata = new JsonObject(json).getJsonObject("metadata");
    String member = metadata == null ? null : metadata.getString(MEMBER);
    return member == null ? "" : member;
  }
}
