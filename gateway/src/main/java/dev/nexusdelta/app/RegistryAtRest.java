package dev.nexusdelta.app;

import dev.nexusdelta.backup.Backup;
import dev.nexusdelta.backup.RestorePlan;
import dev.nexusdelta.backup.RestoreReport;
import dev.nexusdelta.backup.Restoring;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.consensus.Pace;
import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.StoredRegistry;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.TakeOver;
import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import dev.nexusdelta.discovery.sqlite.UnusableStoreException;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The registry of a data folder on which no gateway runs; while this is open, none can.
 *
 * <p>For one thread, which may block.
 */
public final class RegistryAtRest implements AutoCloseable {
  static final String FILE = "registry.db";
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  /**
   * Of a folder that others share, this only reads: not even the one of a pair that may write alone
   * does so here.
   */
  private static final dev.nexusdelta.consensus.Settings READER =
      new dev.nexusdelta.consensus.Settings(
          2, true, dev.nexusdelta.consensus.Settings.Writer.OTHER);

  private final InstantSource clock;
  private final Registry registry;
  private final KeyStore keys;
  private final int gateways;
  private final Closing closing;

  private RegistryAtRest(
      InstantSource clock, Registry registry, KeyStore keys, int gateways, Closing closing) {
    this.clock = clock;
    this.registry = registry;
    this.keys = keys;
    this.gateways = gateways;
    this.closing = closing;
  }

  /** Whether the folder holds a registry. */
  public static boolean exists(Path data) {
    return Files.isRegularFile(data.resolve(FILE));
  }

  /**
   * Takes the folder, which is made if need be.
   *
   * @throws IOException if a gateway has it, or if folder or registry cannot be used
   */
  public static RegistryAtRest open(Path data) throws IOException {
    InstantSource clock = InstantSource.system();
    Closing closing = new Closing();
    closing.add("data folder", DataFolder.open(data));
    try {
      Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
      closing.add("event loop", vertx::close);
      SqliteAcceptor file = SqliteAcceptor.open(vertx, data.resolve(FILE)).await();
      closing.add("registry's file", file::close);
      int gateways = Ledger.members(file.load().await()).size();
      Ledger ledger =
          Ledger.open(
                  vertx,
                  new Ledger.Parts(
                      file,
                      Transport.none(),
                      gateways > 1 ? READER : dev.nexusdelta.consensus.Settings.ALONE,
                      Pace.USUAL,
                      System::nanoTime,
                      new SecureRandom()))
              .await();
      closing.add("registry's ledger", ledger::close);
      LedgerStore store = LedgerStore.over(vertx, ledger, TakeOver.UNTOLD);
      closing.add("registry store", store::close);
      Registry registry = StoredRegistry.open(store, clock).await();
      return new RegistryAtRest(clock, registry, store.keys(), gateways, closing);
    } catch (UnusableStoreException e) {
      closing.close(LONGEST_END);
      throw new IOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      closing.close(LONGEST_END);
      throw e;
    }
  }

  /** All that it holds. */
  public Backup backup() {
    return Backup.take(registry, Backup.AT_REST, clock.instant()).await();
  }

  /** Keys of callers; not to be changed where there are several gateways, as {@link #gateways}. */
  public KeyStore keys() {
    return keys;
  }

  /** What restoring the backup means here. */
  public RestorePlan plan(Backup backup, boolean prune) {
    return RestorePlan.of(backup, registry.specs(), prune);
  }

  /**
   * How many gateways the cluster has to which the folder belongs; 1 at most where it is nobody
   * else's. What is written to one of several is known to no majority, so it is not written.
   */
  public int gateways() {
    return gateways;
  }

  /**
   * Carries a plan out.
   *
   * @throws IllegalStateException if the folder belongs to a cluster of several
   */
  public RestoreReport restore(RestorePlan plan, String by) {
    if (gateways > 1) {
      throw new IllegalStateException("the folder belongs to a cluster of " + gateways);
    }
    return Restoring.run(registry, plan, by, new Nothing()).await();
  }

  @Override
  public void close() {
    closing.close(LONGEST_END);
  }

  /** Nothing runs that could be in the way, and files are the next gateway's to look at. */
  private static final class Nothing implements Restoring.Place {
    @Override
    public void check(Optional<AgentSpec> before, AgentSpec after) {
      // Replicas follow when a gateway runs.
    }

    @Override
    public Future<Optional<String>> fileHash(AgentName name) {
      return Future.succeededFuture(Optional.empty());
    }
  }

  /** What restoring the backup means where there is no registry yet. */
  public static RestorePlan planFor(Backup backup) {
    return RestorePlan.of(backup, List.of(), false);
  }
}
