package dev.nexusdelta.discovery;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.replicated.OpenStore;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoredRegistryTest {
  private static final AgentName A = new AgentName("A");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(7));

  private final MemoryStore memory = new MemoryStore();
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private StoredRegistry registry(RegistryStore store) {
    return await(StoredRegistry.open(store, CLOCK));
  }

  private static Future<AgentSpec> pin(Registry registry, int count) {
    return registry.edit(
        A, OptionalLong.empty(), "me", found -> pinned(found.orElseGet(() -> spec("A", 9)), count));
  }

  private static AgentSpec pinned(AgentSpec spec, int count) {
    return new AgentSpec(
        spec.name(),
        spec.manifest(),
        spec.enabled(),
        OptionalInt.of(count),
        spec.generation(),
        spec.revision(),
        spec.codeHash(),
        spec.appliedHash(),
        spec.deleted(),
        spec.updated(),
        spec.by());
  }

  @Test
  void stampsRevisionTimeAndAuthor() {
    StoredRegistry registry = registry(memory);
    AgentSpec first = await(pin(registry, 1));
    AgentSpec second = await(pin(registry, 2));
    assertThat(first.revision()).isEqualTo(1);
    assertThat(second.revision()).isEqualTo(2);
    assertThat(second.updated()).isEqualTo(Instant.ofEpochSecond(7));
    assertThat(second.by()).isEqualTo("me");
    assertThat(registry.agent(new AgentName("a"))).contains(second);
    assertThat(registry(memory).agents()).containsExactly(second);
  }

  @Test
  void nothingToDoWritesNothing() {
    StoredRegistry registry = registry(memory);
    List<AgentSpec> told = new ArrayList<>();
    registry.watch(told::add);
    AgentSpec first = await(pin(registry, 1));
    assertThat(await(pin(registry, 1))).isSameAs(first);
    assertThat(told).containsExactly(first);
  }

  @Test
  void hidesTombstonesButKnowsThem() {
    StoredRegistry registry = registry(memory);
    await(pin(registry, 1));
    await(registry.edit(A, OptionalLong.empty(), "me", it -> Specs.deleted(it.orElseThrow())));
    assertThat(registry.agents()).isEmpty();
    assertThat(registry.agent(A)).isEmpty();
    assertThat(registry.agentOrTombstone(A)).map(AgentSpec::revision).contains(2L);
    await(pin(registry(memory), 4));
    assertThat(await(memory.specs()).get(0).revision()).isEqualTo(3);
  }

  @Test
  void refusesAnotherRevisionThanAskedFor() {
    StoredRegistry registry = registry(memory);
    await(pin(registry, 1));
    assertThatThrownBy(
            () ->
                await(
                    registry.edit(A, OptionalLong.of(4), "me", it -> pinned(it.orElseThrow(), 5))))
        .isInstanceOf(StaleRevisionException.class);
    await(registry.edit(A, OptionalLong.of(1), "me", it -> pinned(it.orElseThrow(), 5)));
    assertThat(registry.agent(A).orElseThrow().pinned()).hasValue(5);
  }

  @Test
  void aChangeThatThrowsFailsItsEditOnly() {
    StoredRegistry registry = registry(memory);
    assertThatThrownBy(
            () ->
                await(
                    registry.edit(
                        A,
                        OptionalLong.empty(),
                        "me",
                        it -> {
                          throw new IllegalStateException("no");
                        })))
        .hasMessage("no");
    assertThat(registry.agentOrTombstone(A)).isEmpty();
    assertThat(await(pin(registry, 1)).revision()).isEqualTo(1);
  }

  @Test
  void isNotVisibleBeforeItIsDurable() {
    Promise<Void> disk = Promise.promise();
    StoredRegistry registry = registry(new SlowStore(memory, disk.future()));
    List<AgentSpec> told = new ArrayList<>();
    registry.watch(told::add);
    Future<AgentSpec> one = pin(registry, 1);
    Future<AgentSpec> two = pin(registry, 2);
    assertThat(one.isComplete()).isFalse();
    assertThat(registry.agent(A)).isEmpty();
    assertThat(told).isEmpty();
    disk.complete();
    assertThat(await(one).pinned()).hasValue(1);
    assertThat(await(two).pinned()).hasValue(2);
    assertThat(told).extracting(AgentSpec::revision).containsExactly(1L, 2L);
  }

  @Test
  void aFailedWriteLeavesTheOldStateAndTheQueueGoing() {
    Promise<Void> disk = Promise.promise();
    StoredRegistry registry = registry(new SlowStore(memory, disk.future()));
    Future<AgentSpec> one = pin(registry, 1);
    Future<AgentSpec> two = pin(registry, 2);
    disk.fail("disk full");
    assertThatThrownBy(() -> await(one)).hasMessage("disk full");
    assertThatThrownBy(() -> await(two)).hasMessage("disk full");
    assertThat(registry.agent(A)).isEmpty();
  }

  @Test
  void catchesUpWhenSomebodyElseWrote() {
    StoredRegistry registry = registry(memory);
    await(memory.put(spec("A", 1), 0));
    Future<AgentSpec> conditional =
        registry.edit(A, OptionalLong.of(0), "test", found -> spec("A", 0));
    assertThatThrownBy(() -> await(conditional)).isInstanceOf(StaleRevisionException.class);
    assertThat(registry.agent(A)).isPresent();
    await(memory.put(spec("A", 2), 1));
    assertThat(await(pin(registry, 1)).revision()).isEqualTo(3);
    assertThat(registry.agent(A).orElseThrow().pinned()).hasValue(1);
  }

  @Test
  void aBadListenerHindersNobody() {
    StoredRegistry registry = registry(memory);
    List<AgentSpec> told = new ArrayList<>();
    registry.watch(
        spec -> {
          throw new IllegalStateException("expected in this test");
        });
    registry.watch(told::add);
    await(pin(registry, 1));
    assertThat(told).hasSize(1);
  }

  @Test
  void losesNoEditOfManyThreads(@TempDir Path folder) throws Exception {
    OpenStore open = OpenStore.open(vertx, folder.resolve("r.db"));
    RegistryStore store = open.store();
    StoredRegistry registry = registry(store);
    ConcurrentLinkedQueue<Long> told = new ConcurrentLinkedQueue<>();
    registry.watch(
        spec -> {
          if (spec.name().equals(A)) {
            told.add(spec.revision());
          }
        });
    ConcurrentLinkedQueue<Future<AgentSpec>> edits = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(8);
    for (int t = 0; t < 8; t++) {
      AgentName other = new AgentName("B" + t);
      new Thread(
              () -> {
                for (int i = 0; i < 50; i++) {
                  edits.add(increment(registry, A));
                  edits.add(increment(registry, other));
                }
                done.countDown();
              })
          .start();
    }
    done.await();
    await(Future.all(List.copyOf(edits)));
    assertThat(registry.agent(A).orElseThrow().generation()).isEqualTo(3 + 400);
    assertThat(registry.agent(A).orElseThrow().revision()).isEqualTo(400);
    assertThat(List.copyOf(told)).isSorted().hasSize(400);
    assertThat(registry(store).agent(A)).isEqualTo(registry.agent(A));
    assertThat(registry.agents()).hasSize(9);
    open.close();
  }

  private static Future<AgentSpec> increment(Registry registry, AgentName name) {
    return registry.edit(
        name,
        OptionalLong.empty(),
        "me",
        found -> {
          AgentSpec spec = found.orElseGet(() -> spec(name.value(), 0));
          return new AgentSpec(
              spec.name(),
              spec.manifest(),
              spec.enabled(),
              spec.pinned(),
              spec.generation() + 1,
              spec.revision(),
              spec.codeHash(),
              spec.appliedHash(),
              spec.deleted(),
              spec.updated(),
              spec.by());
        });
  }

  @Test
  void answersOnTheCallersContext() {
    Promise<Void> disk = Promise.promise();
    StoredRegistry registry = registry(new SlowStore(memory, disk.future()));
    Context context = vertx.getOrCreateContext();
    Promise<Context> seen = Promise.promise();
    context.runOnContext(
        v -> {
          pin(registry, 1);
          pin(registry, 2).onComplete(done -> seen.complete(Vertx.currentContext()));
          vertx.runOnContext(w -> disk.complete());
        });
    assertThat(await(seen.future())).isSameAs(context);
  }

  @Test
  void keepsFiveReleases() {
    StoredRegistry registry = registry(memory);
    for (int i = 0; i < 7; i++) {
      await(registry.put(Specs.release("A", "r" + i)));
    }
    assertThat(await(registry.releases(A))).hasSize(5).first().isEqualTo(Specs.release("A", "r6"));
  }

  /** Writes when the disk is ready. */
  private record SlowStore(RegistryStore store, Future<Void> disk) implements RegistryStore {
    @Override
    public Future<List<AgentSpec>> specs() {
      return store.specs();
    }

    @Override
    public Future<Void> put(AgentSpec next, long expectedRevision) {
      return disk.compose(v -> store.put(next, expectedRevision));
    }

    @Override
    public Future<List<Release>> releases(AgentName agent) {
      return store.releases(agent);
    }

    @Override
    public Future<Void> put(Release release, int keep) {
      return store.put(release, keep);
    }

    @Override
    public void watch(Consumer<AgentSpec> watcher) {
      store.watch(watcher);
    }

    @Override
    public Future<Void> close() {
      return store.close();
    }
  }
}
