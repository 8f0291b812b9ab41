package dev.nexusdelta.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreException;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteResult;
import dev.nexusdelta.sync.RemoteDocument;
import dev.nexusdelta.sync.RemoteFailure;
import dev.nexusdelta.sync.RemoteRegistry;
import dev.nexusdelta.sync.RemoteSettings;
import dev.nexusdelta.sync.RemoteSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A collection of Firestore: one document per agent, of which only our own fields are written.
 *
 * <p>Callable from any thread; the client has threads and a connection of its own.
 */
public final class FirestoreRegistry implements RemoteRegistry {
  /** The client tries again for so long, then the outage is ours to handle. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of a document; what is not given is taken away. */
  private static final List<String> FIELDS =
      List.of(
          "schema",
          "name",
          "revision",
          "enabled",
          "pinned",
          "deleted",
          "updated",
          "by",
          "card",
          "manifest");

  private final VertxInternal vertx;
  private final Firestore firestore;
  private final CollectionReference collection;
  private final String where;

  /** Documents as they were converted last: most are the same in the next snapshot. */
  private final Map<String, RemoteDocument> converted = new ConcurrentHashMap<>();

  private FirestoreRegistry(Vertx vertx, Firestore firestore, RemoteSettings settings) {
    this.vertx = (VertxInternal) vertx;
    this.firestore = firestore;
    this.collection = firestore.collection(settings.collection());
    this.where =
        "Firestore (project %s, collection %s%s)"
            .formatted(
                settings.project(),
                settings.collection(),
                settings.emulator().isEmpty() ? "" : ", emulator " + settings.emulator());
  }

  /** Connects in the background. */
  public static FirestoreRegistry open(Vertx vertx, RemoteSettings settings) {
    FirestoreOptions.Builder options =
        FirestoreOptions.newBuilder()
            .setProjectId(settings.project())
            .setRetrySettings(
                RetrySettings.newBuilder()
                    .setInitialRetryDelayDuration(Duration.ofMillis(100))
                    .setRetryDelayMultiplier(2)
                    .setMaxRetryDelayDuration(Duration.ofSeconds(2))
                    .setInitialRpcTimeoutDuration(PATIENCE)
                    .setMaxRpcTimeoutDuration(PATIENCE)
                    .setTotalTimeoutDuration(PATIENCE)
                    .build());
    if (!settings.emulator().isEmpty()) {
      // Both, or the client goes to the cloud, or asks its metadata server for credentials.
      options
          .setEmulatorHost(settings.emulator())
          .setCredentials(new FirestoreOptions.EmulatorCredentials());
    }
    return new FirestoreRegistry(vertx, options.build().getService(), settings);
  }

  @Override
  public Future<RemoteSnapshot> read() {
    return asked("read", collection.get()).map(this::snapshot);
  }

  @Override
  public Future<String> write(String key, JsonObject content, String over) {
    DocumentReference document = collection.document(key);
    Map<String, Object> fields = content.getMap();
    ApiFuture<WriteResult> written;
    if (over.isEmpty()) {
      written = document.create(plain(content));
    } else {
      Map<String, Object> changes = new HashMap<>(plain(content));
      FIELDS.stream()
          .filter(field -> !fields.containsKey(field))
          .forEach(field -> changes.put(field, FieldValue.delete()));
      written = document.update(changes, Precondition.updatedAt(FirestoreTimes.time(over)));
    }
    return asked("write " + key + " to", written)
        .map(result -> FirestoreTimes.text(result.getUpdateTime()));
  }

  @Override
  public Listening listen(Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {
    ContextInternal context = vertx.getOrCreateContext();
    AtomicBoolean over = new AtomicBoolean();
    ListenerRegistration registration =
        collection.addSnapshotListener(
            (snapshot, failure) -> {
              if (failure != null && over.compareAndSet(false, true)) {
                context.runOnContext(v -> broken.accept(failure("listen to", failure)));
              } else if (snapshot != null) {
                RemoteSnapshot all = snapshot(snapshot);
                context.runOnContext(
                    v -> {
                      if (!over.get()) {
                        snapshots.accept(all);
                      }
                    });
              }
            });
    return () -> {
      over.set(true);
      registration.remove();
    };
  }

  @Override
  public Future<Void> close() {
    return vertx.executeBlocking(
        () -> {
          // Not close: it waits for answers that may never come.
          firestore.shutdownNow();
          return null;
        },
        false);
  }

  private RemoteSnapshot snapshot(QuerySnapshot all) {
    Timestamp time = all.getReadTime();
    List<RemoteDocument> documents = all.getDocuments().stream().map(this::document).toList();
    return new RemoteSnapshot(FirestoreTimes.text(time), documents);
  }

  private RemoteDocument document(QueryDocumentSnapshot document) {
    String key = document.getId();
    String time = FirestoreTimes.text(document.getUpdateTime());
    RemoteDocument known = converted.get(key);
    if (known == null || !known.updateTime().equals(time)) {
      known = new RemoteDocument(key, time, new JsonObject(json(document.getData())));
      converted.put(key, known);
    }
    return known;
  }

  /** What JSON knows; other values, such as times and references, as text. */
  private static Map<String, Object> json(Map<String, Object> fields) {
    Map<String, Object> map = new HashMap<>();
    fields.forEach((name, value) -> map.put(name, json(value)));
    return map;
  }

  @SuppressWarnings("unchecked")
  private static Object json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObject(json((Map<String, Object>) map));
    }
    if (value instanceof List<?> list) {
      return new JsonArray(list.stream().map(FirestoreRegistry::json).toList());
    }
    return value instanceof Number || value instanceof Boolean || value == null
        ? value
        : value.toString();
  }

  private static Map<String, Object> plain(JsonObject json) {
    Map<String, Object> map = new HashMap<>();
    json.forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
    return map;
  }

  private static Object plain(Object value) {
    if (value instanceof JsonObject object) {
      return plain(object);
    }
    if (value instanceof JsonArray array) {
      return array.stream().map(FirestoreRegistry::plain).toList();
    }
    return value;
  }

  private <T> Future<T> asked(String what, ApiFuture<T> answer) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    ApiFutures.addCallback(
        answer,
        new ApiFutureCallback<T>() {
          @Override
          public void onSuccess(T result) {
            promise.tryComplete(result);
          }

          @Override
          public void onFailure(Throwable failure) {
            promise.tryFail(failure);
          }
        },
        Runnable::run);
    // The client's own limit does not bind while it has no connection at all.
    return promise
        .future()
        .timeout(PATIENCE.toMillis() + 1_000, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(failure(what, failure)));
  }

  private RemoteFailure failure(String what, Throwable cause) {
    String reason =
        cause instanceof TimeoutException
            ? "no answer within " + PATIENCE.toSeconds() + " s"
            : String.valueOf(cause.getMessage());
    return new RemoteFailure(kind(cause), "cannot %s %s: %s".formatted(what, where, reason), cause);
  }

  private static RemoteFailure.Kind kind(Throwable cause) {
    return switch (status(cause)) {
      case "FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND" -> RemoteFailure.Kind.CONFLICT;
      case "PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT" -> RemoteFailure.Kind.DENIED;
      default -> RemoteFailure.Kind.AWAY;
    };
  }

  /** The client gives its failures in two forms. */
  private static String status(Throwable cause) {
    if (cause instanceof ApiException known) {
      return known.getStatusCode().getCode().name();
    }
    return cause instanceof FirestoreException known && known.getStatus() != null
        ? known.getStatus().getCode().name()
        : "";
  }
}
