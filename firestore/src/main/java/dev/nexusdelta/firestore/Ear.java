package dev.nexusdelta.firestore;

import com.google.cloud.firestore.ListenerRegistration;
import dev.nexusdelta.sync.RemoteFailure;
import dev.nexusdelta.sync.RemoteRegistry.Listening;
import dev.nexusdelta.sync.RemoteSnapshot;
import io.vertx.core.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells until it is closed, or once that it is broken. */
final class Ear implements Listening {
  private final Context context;
  private final Consumer<RemoteSnapshot> snapshots;
  private final Consumer<RemoteFailure> broken;
  private boolean over;
  private @Nullable ListenerRegistration registration;

  Ear(Context context, Consumer<RemoteSnapshot> snapshots, Consumer<RemoteFailure> broken) {
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
