package dev.nexusdelta.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import dev.nexusdelta.sync.RemoteSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Google's client in use, which another one replaces after an outage. Thread-safe. */
final class FirestoreClient {
  /** The client tries again for so long, then the outage is ours to handle. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final RemoteSettings settings;
  private Future<Firestore> present;
  private boolean closed;

  /** Connects in the background. */
  FirestoreClient(Vertx vertx, RemoteSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    this.present = vertx.executeBlocking(() -> connect(settings), false);
  }

  /** The client in use, or on its way; fails where it has no credentials. */
  synchronized Future<Firestore> present() {
    return present;
  }

  synchronized Future<Void> close() {
    closed = true;
    return present.compose(this::ended).otherwiseEmpty();
  }

  /** Reading credentials blocks, and so does loading all these classes. */
  private static Firestore connect(RemoteSettings settings) {
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
  synchronized void renew(Future<Firestore> broken) {
    if (!closed && present == broken) {
      present =
          broken
              .compose(this::ended)
              .otherwiseEmpty()
              .compose(v -> vertx.executeBlocking(() -> connect(settings), false));
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
