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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of Firestore: one document per agent, of which only our own fields are written.
 *
 * <p>Callable from any thread; the client has threads and a connection of its own.
 */
public final class FirestoreRegistry implements RemoteRegistry {
  /** Need not exist; to ask for it costs as much as reading one document. */
  private static final String PROBED = "probe";

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
  private final RemoteSettings settings;
  private final String where;

  /** Documents as they were converted last: most are the same in the next snapshot. */
  private final Map<String, RemoteDocument> converted = new ConcurrentHashMap<>();

  /** The client in use, or on its way. */
  private final AtomicReference<Future<Firestore>> client = new AtomicReference<>();

  private volatile boolean closed;

  private FirestoreRegistry(Vertx vertx, RemoteSettings settings) {
    this.vertx = (VertxInternal) vertx;
    this.settings = settings;
    this.where =
        "Firestore (project %s, collection %s%s)"
            .formatted(
                settings.project(),
                settings.collection(),
                settings.emulator().isEmpty() ? "" : ", emulator " + settings.emulator());
  }

  /** Connects in the background. */
  public static FirestoreRegistry open(Vertx vertx, RemoteSettings settings) {
    FirestoreRegistry registry = new FirestoreRegistry(vertx, settings);
    registry.client.set(registry.connected());
    return registry;
  }

  /** Reading credentials blocks, and so does loading all these classes. */
  private Future<Firestore> connected() {
    return vertx.executeBlocking(this::connect, false);
  }

  private Firestore connect() {
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
    return options.build().getService();
  }

  /**
   * After an outage on a connection of its own: the old one may wait two minutes for TCP to send
   * once more what was lost.
   *
   * @param broken that failed; it is left alone if another one has taken its place
   */
  private void renew(Future<Firestore> broken) {
    Promise<Firestore> next = Promise.promise();
    if (!closed && client.compareAndSet(broken, next.future())) {
      broken.compose(this::ended).otherwiseEmpty().compose(ended -> connected()).onComplete(next);
    }
  }

  private Future<Void> ended(Firestore firestore) {
    return vertx.executeBlocking(
        () -> {
          // Not close: it waits for answers that may never come.
          firestore.shutdownNow();
          return null;
        },
        false);
  }

  @Override
  public Future<RemoteSnapshot> read() {
    return asked("read", CollectionReference::get).map(this::snapshot);
  }

  @Override
  public Future<Void> probe() {
    return asked("reach", collection -> collection.document(PROBED).get()).mapEmpty();
  }

  @Override
  public Future<String> write(String key, JsonObject content, String over) {
    return asked("write " + key + " to", collection -> written(collection, key, content, over))
        .map(result -> FirestoreTimes.text(result.getUpdateTime()));
  }

  private static ApiFuture<WriteResult> written(
      CollectionReference collection, String key, JsonObject content, String over) {
    DocumentReference document = collection.document(key);
    if (over.isEmpty()) {
      return document.create(plain(content));
    }
    Map<String, Object> changes = new HashMap<>(plain(content));
    FIELDS.stream()
        .filter(field -> !content.containsKey(field))
        .forEach(field -> changes.put(field, FieldValue.delete()));
    return document.update(changes, Precondition.updatedAt(FirestoreTimes.time(over)));
  }

  @Override
  public Listening listen(Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {
    Ear ear = new Ear(vertx.getOrCreateContext(), snapshots, broken);
    Future<Firestore> used = client.get();
    used.onComplete(
        opened -> {
          if (opened.failed()) {
            ear.broken(failure("listen to", used, opened.cause()));
          } else {
            ear.on(
                collection(opened.result())
                    .addSnapshotListener(
                        (snapshot, failure) -> {
                          if (failure != null) {
                            ear.broken(failure("listen to", used, failure));
                          } else if (snapshot != null) {
                            ear.heard(snapshot(snapshot));
                          }
                        }));
          }
        });
    return ear;
  }

  /** Tells until it is closed, or once that it is broken. */
  private static final class Ear implements Listening {
    private final ContextInternal context;
    private final Consumer<RemoteSnapshot> snapshots;
    private final Consumer<RemoteFailure> broken;
    private boolean over;
    private @Nullable ListenerRegistration registration;

    Ear(
        ContextInternal context,
        Consumer<RemoteSnapshot> snapshots,
        Consumer<RemoteFailure> broken) {
      this.context = context;
      this.snapshots = snapshots;
      this.broken = broken;
    }

    synchronized void on(ListenerRegistration made) {
      registration = made;
      if (over) {
        made.remove();
      }
    }

    synchronized boolean isOver() {
      return over;
    }

    void heard(RemoteSnapshot snapshot) {
      context.runOnContext(
          v -> {
            if (!isOver()) {
              snapshots.accept(snapshot);
            }
          });
    }

    void broken(RemoteFailure failure) {
      context.runOnContext(
          v -> {
            if (!isOver()) {
              close();
              broken.accept(failure);
            }
          });
    }

    @Override
    public synchronized void close() {
      over = true;
      if (registration != null) {
        registration.remove();
      }
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return client.get().compose(this::ended).otherwiseEmpty();
  }

  private CollectionReference collection(Firestore firestore) {
    return firestore.collection(settings.collection());
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

  private <T> Future<T> asked(String what, Function<CollectionReference, ApiFuture<T>> question) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    Future<Firestore> used = client.get();
    used.map(firestore -> question.apply(collection(firestore)))
        .onFailure(promise::tryFail)
        .onSuccess(
            answer ->
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
                    Runnable::run));
    // The client's own limit does not bind while it has no connection at all.
    return promise
        .future()
        .timeout(PATIENCE.toMillis() + 1_000, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(failure(what, used, failure)));
  }

  private RemoteFailure failure(String what, Future<Firestore> used, Throwable cause) {
    String reason =
        cause instanceof TimeoutException
            ? "no answer within " + PATIENCE.toSeconds() + " s"
            : String.valueOf(cause.getMessage());
    RemoteFailure.Kind kind = used.failed() ? RemoteFailure.Kind.DENIED : kind(cause);
    if (kind == RemoteFailure.Kind.AWAY || used.failed()) {
      renew(used);
    }
    return new RemoteFailure(kind, "cannot %s %s: %s".formatted(what, where, reason), cause);
  }

  private static RemoteFailure.Kind kind(Throwable cause) {
    return switch (status(cause)) {
      case "FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND" -> RemoteFailure.Kind.CONFLICT;
      case "PERMISSION_DENIED", "UNAUTHENTICATED" -> RemoteFailure.Kind.DENIED;
      case "INVALID_ARGUMENT" -> RemoteFailure.Kind.INVALID;
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
