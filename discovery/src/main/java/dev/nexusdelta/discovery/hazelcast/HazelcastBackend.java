package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.AsyncResult;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.servicediscovery.Record;
import io.vertx.servicediscovery.spi.ServiceDiscoveryBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x Service Discovery on the cluster's table of replicas: {@code
 * ServiceDiscovery.create(vertx, options)} with the backend configuration
 *
 * <pre>{"backend-name": "nexus-hazelcast", "members": ["127.0.0.1:5601"], "cluster": "nexus"}</pre>
 *
 * <p>connects as a light client to a gateway of this machine ({@code members} and {@code cluster}
 * may be left out; {@code discovery} in {@code GET /api/v1/cluster} tells the port); inside a
 * gateway {@code {"instance": name}} uses the member that runs there. Connecting happens with the
 * first call and is tried again by the next one if it failed; a client is closed with its Vert.x.
 * Records that other programs publish stay until they remove them.
 */
public final class HazelcastBackend implements ServiceDiscoveryBackend {
  /** Value of {@code backend-name}. */
  public static final String NAME = "nexus-hazelcast";

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastBackend.class);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private @Nullable Vertx vertx;
  private JsonObject configuration = new JsonObject();
  private @Nullable Future<HazelcastInstance> connection;

  /** Made by the service loader. */
  public HazelcastBackend() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public synchronized void init(Vertx owner, JsonObject config) {
    this.vertx = owner;
    this.configuration = config;
  }

  @Override
  public void store(Record record, Handler<AsyncResult<Record>> handler) {
    if (record.getRegistration() != null) {
      handler.handle(
          Future.failedFuture("the record '" + record.getName() + "' is registered already"));
      return;
    }
    String id = UUID.randomUUID().toString();
    table(
        table -> {
          record.setRegistration(id);
          table.set(id, record.toJson().encode());
          return record;
        },
        handler);
  }

  @Override
  public void remove(Record record, Handler<AsyncResult<Record>> handler) {
    if (record.getRegistration() == null) {
      handler.handle(
          Future.failedFuture("the record '" + record.getName() + "' is not registered"));
      return;
    }
    remove(record.getRegistration(), handler);
  }

  @Override
  public void remove(String id, Handler<AsyncResult<Record>> handler) {
    table(
        table -> {
          String removed = table.remove(id);
          if (removed == null) {
            throw new IllegalArgumentException("no record is registered as '" + id + "'");
          }
          return new Record(new JsonObject(removed));
        },
        handler);
  }

  @Override
  public void update(Record record, Handler<AsyncResult<Void>> handler) {
    String id = record.getRegistration();
    if (id == null) {
      handler.handle(
          Future.failedFuture("the record '" + record.getName() + "' is not registered"));
      return;
    }
    this.<Void>table(
        table -> {
          if (table.replace(id, record.toJson().encode()) == null) {
            throw new IllegalArgumentException("no record is registered as '" + id + "'");
          }
          return null;
        },
        handler);
  }

  @Override
  public void getRecords(Handler<AsyncResult<List<Record>>> handler) {
    table(
        table -> {
          List<Record> records = new ArrayList<>();
          for (Map.Entry<String, String> entry : table.entrySet()) {
            try {
              records.add(new Record(new JsonObject(entry.getValue())));
            } catch (DecodeException e) {
              LOG.warn("record '{}' is no JSON and skipped", entry.getKey());
            }
          }
          return records;
        },
        handler);
  }

  @Override
  public void getRecord(String id, Handler<AsyncResult<@Nullable Record>> handler) {
    table(
        table -> {
          String json = table.get(id);
          return json == null ? null : new Record(new JsonObject(json));
        },
        handler);
  }

  private <T> void table(Function<IMap<String, String>, T> work, Handler<AsyncResult<T>> handler) {
    Vertx owner = vertx;
    if (owner == null) {
      throw new IllegalStateException("the backend is used before init");
    }
    connection(owner)
        .compose(
            hazelcast ->
                owner.executeBlocking(
                    () -> work.apply(hazelcast.getMap(HazelcastConfig.REPLICAS)), false))
        .onComplete(handler);
  }

  private synchronized Future<HazelcastInstance> connection(Vertx owner) {
    Future<HazelcastInstance> present = connection;
    if (present == null || present.failed()) {
      present = owner.executeBlocking(() -> connect(owner), false);
      connection = present;
    }
    return present;
  }

  private HazelcastInstance connect(Vertx owner) {
    String instance = configuration.getString("instance");
    if (instance != null) {
      HazelcastInstance running = Hazelcast.getHazelcastInstanceByName(instance);
      if (running == null) {
        throw new IllegalStateException(
            "no Hazelcast instance '"
                + instance
                + "' runs in this JVM; leave 'instance' out to"
                + " connect as a client");
      }
      return running;
    }
    JsonArray addresses =
        configuration.getJsonArray(
            "members",
            new JsonArray().add(ClusterSettings.LOOPBACK + ":" + ClusterSettings.PROGRAMS_PORT));
    String cluster = configuration.getString("cluster", ClusterSettings.CLUSTER);
    HazelcastInstance client =
        HazelcastClient.newHazelcastClient(
            HazelcastConfig.client(
                NAME + "-" + COUNT.incrementAndGet(),
                cluster,
                addresses.stream().map(String::valueOf).toList()));
    ((VertxInternal) owner).addCloseHook(closed -> shutdown(client, closed));
    return client;
  }

  /** Takes a moment, and the caller may be an event loop. */
  private static void shutdown(HazelcastInstance client, Completable<Void> closed) {
    Thread closing =
        new Thread(
            () -> {
              client.shutdown();
              closed.succeed();
            },
            NAME + "-close");
    closing.setDaemon(true);
    closing.start();
  }
}
