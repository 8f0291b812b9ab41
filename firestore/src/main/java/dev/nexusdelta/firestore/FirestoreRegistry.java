package dev.nexusdelta.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreException;
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
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A collection of Firestore: one document per agent, of which only our own fields are written.
 *
 * <p>Callable from any thread; the client has threads and a connection of its own.
 */
public final class FirestoreRegistry implements RemoteRegistry {
  /** Need not exist; to ask for it costs as much as reading one document. */
  private static final String PROBED = "probe";

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
  private final FirestoreClient client;
  private final String name;
  private final String where;

  /** Documents as they were converted last: most are the same in the next snapshot. */
  private final Map<String, RemoteDocument> converted = new ConcurrentHashMap<>();

  private FirestoreRegistry(Vertx vertx, RemoteSettings settings) {
    this.vertx = (VertxInternal) vertx;
    this.client = new FirestoreClient(vertx, settings);
    this.name = settings.collection();
    this.where =
        "Firestore (project %s, collection %s%s)"
            .formatted(
                settings.project(),
                settings.collection(),
                settings.emulator().isEmpty() ? "" : ", emulator " + settings.emulator());
  }

  /** Connects in the background. */
  public static FirestoreRegistry open(Vertx vertx, RemoteSettings settings) {
    return new FirestoreRegistry(vertx, settings);
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
      return document.create(FirestoreValues.plain(content));
    }
    Map<String, Object> changes = new HashMap<>(FirestoreValues.plain(content));
    FIELDS.stream()
        .filter(field -> !content.containsKey(field))
        .forEach(field -> changes.put(field, FieldValue.delete()));
    return document.update(changes, Precondition.updatedAt(FirestoreTimes.time(over)));
  }

  @Override
  public Listening listen(Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {
    Ear ear = new Ear(vertx.getOrCreateContext(), snapshots, broken);
    Future<Firestore> used = client.present();
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

  @Override
  public Future<Void> close() {
    return client.close();
  }

  private CollectionReference collection(Firestore firestore) {
    return firestore.collection(name);
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
      known =
          new RemoteDocument(key, time, new JsonObject(FirestoreValues.json(document.getData())));
      converted.put(key, known);
    }
    return known;
  }

  private <T> Future<T> asked(String what, Function<CollectionReference, ApiFuture<T>> question) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    Future<Firestore> used = client.present();
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
        .timeout(FirestoreClient.PATIENCE.toMillis() + 1_000, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(failure(what, used, failure)));
  }

  private RemoteFailure failure(String what, Future<Firestore> used, Throwable cause) {
    String reason =
        cause instanceof TimeoutException
            ? "no answer within " + FirestoreClient.PATIENCE.toSeconds() + " s"
            : String.valueOf(cause.getMessage());
    RemoteFailure.Kind kind = used.failed() ? RemoteFailure.Kind.DENIED : kind(cause);
    if (kind == RemoteFailure.Kind.AWAY || used.failed()) {
      client.renew(used);
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
