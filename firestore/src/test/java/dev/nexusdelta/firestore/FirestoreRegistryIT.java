package dev.nexusdelta.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.sync.RemoteFailure;
import dev.nexusdelta.sync.RemoteFailure.Kind;
import dev.nexusdelta.sync.RemoteRegistry;
import dev.nexusdelta.sync.RemoteSettings;
import dev.nexusdelta.sync.RemoteSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Against the real emulator. */
final class FirestoreRegistryIT {
  @TempDir private static Path folder;
  private static @Nullable Emulator emulator;

  private final Vertx vertx = Vertx.vertx();
  private RemoteRegistry registry;

  @BeforeAll
  static void start() throws IOException {
    emulator = new Emulator(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    if (emulator != null) {
      emulator.close();
    }
  }

  @BeforeEach
  void open(TestInfo test) {
    registry =
        new FirestoreProvider()
            .open(
                vertx, new RemoteSettings("demo-nexus", test.getDisplayName(), emulator.address()));
  }

  @AfterEach
  void close() throws Exception {
    get(registry.close());
    get(vertx.close());
  }

  @Test
  void givesBackWhatWasWritten() throws Exception {
    String time = get(registry.write("math", document("one"), ""));
    RemoteSnapshot snapshot = get(registry.read());
    assertThat(snapshot.readTime()).isGreaterThanOrEqualTo(time);
    assertThat(snapshot.documents())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.key()).isEqualTo("math");
              assertThat(found.updateTime()).isEqualTo(time);
              assertThat(found.content()).isEqualTo(document("one"));
            });
  }

  @Test
  void writesOnlyOverWhatIsKnown() throws Exception {
    String first = get(registry.write("math", document("one"), ""));
    assertConflict(registry.write("math", document("two"), ""));
    String second = get(registry.write("math", document("two"), first));
    assertThat(second).isGreaterThan(first);
    assertConflict(registry.write("math", document("three"), first));
    assertConflict(registry.write("text", document("three"), first));
    assertThat(get(registry.read()).documents())
        .singleElement()
        .satisfies(found -> assertThat(found.content()).isEqualTo(document("two")));
  }

  @Test
  void takesAwayWhatIsNotGivenAndLeavesWhatIsNotOurs() throws Exception {
    JsonObject pinned = document("one").put("pinned", 3).put("note", "somebody's own");
    String first = get(registry.write("math", pinned, ""));
    get(registry.write("math", document("two"), first));
    assertThat(get(registry.read()).documents())
        .singleElement()
        .satisfies(
            found ->
                assertThat(found.content())
                    .isEqualTo(document("two").put("note", "somebody's own")));
  }

  @Test
  void tellsOfEachChange() throws Exception {
    BlockingQueue<RemoteSnapshot> told = new LinkedBlockingQueue<>();
    RemoteRegistry.Listening listening =
        registry.listen(
            told::add,
            broken -> {
              throw broken;
            });
    assertThat(told.poll(20, TimeUnit.SECONDS).documents()).isEmpty();
    String time = get(registry.write("math", document("one"), ""));
    RemoteSnapshot next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next.documents())
        .singleElement()
        .satisfies(found -> assertThat(found.updateTime()).isEqualTo(time));
    listening.close();
    get(registry.write("math", document("two"), time));
    get(registry.read());
    assertThat(told).isEmpty();
  }

  private static void assertConflict(Future<String> write) {
    assertThatThrownBy(() -> get(write))
        .isInstanceOfSatisfying(
            RemoteFailure.class,
            failure -> {
              assertThat(failure.kind()).as("%s", failure.getCause()).isEqualTo(Kind.CONFLICT);
              assertThat(failure).hasMessageContaining("demo-nexus");
            });
  }

  private static JsonObject document(String purpose) {
    return new JsonObject()
        .put("schema", 1L)
        .put("name", "Math")
        .put("revision", 7L)
        .put("enabled", true)
        .put("card", new JsonObject().put("purpose", purpose).put("tools", new JsonArray()))
        .put(
            "manifest",
            new JsonObject()
                .put("scale", new JsonObject().put("max", 3L).put("utilization", 0.7))
                .put("secrets", new JsonArray().add("A").add("B")));
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
