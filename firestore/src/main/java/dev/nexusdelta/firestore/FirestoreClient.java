package dev.nexusdelta.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import dev.nexusdelta.sync.RemoteSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Google's client in use, which another one replaces after an outage. Thread-safe. */
final class FirestoreClient {
  /** The client tries again for so long, then the outage is ours to handle. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final RemoteSettings settings;
  private final AtomicReference<Future<Firestore>> present = new AtomicReference<>();
  private volatile boolean closed;

  /** Connects in the background. */
  FirestoreClient(Vertx vertx, RemoteSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    present.set(connected());
  }

  /** The client in use, or on its way; fails where it has no credentials. */
  Future<Firestore> present() {
    return present.get();
  }

  Future<Void> close() {
    closed = true;
    return present.get().compose(this::ended).otherwiseEmpty();
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
  void renew(Future<Firestore> broken) {
    Promise<Firestore> next = Promise.promise();
    if (!closed && present.compareAndSet(broken, next.future())) {
      broken.compose(this::ended).otherwiseEmpty().compose(ended -> connected()).onComplete(next);
      next.future().onSuccess(this::endIfClosed);
    }
  }

  /** What was on its way when everything ended. */
  private void endIfClosed(Firestore made) {
    if (closed) {
      ended(made);
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
}
