package dev.nexusdelta.admin;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this gateway has given the registry of each agent's folder, kept across its starts. Where
 * several gateways feed one registry, a folder that has not changed here is no news after what
 * another one has given meanwhile. Thread-safe; writing blocks.
 */
public final class AppliedFolders {
  private static final Logger LOG = LoggerFactory.getLogger(AppliedFolders.class);

  private final @Nullable Path file;
  private final BooleanSupplier shared;
  private final Map<String, String> prints = new ConcurrentHashMap<>();

  private AppliedFolders(@Nullable Path file, BooleanSupplier shared) {
    this.file = file;
    this.shared = shared;
  }

  /** Of a gateway whose registry nobody else feeds: every folder is looked at anew. */
  public static AppliedFolders none() {
    return new AppliedFolders(null, () -> false);
  }

  /**
   * Kept in this file; one that cannot be read is as good as none.
   *
   * @param shared whether others feed the registry too; while nobody does, nothing counts as given
   */
  public static AppliedFolders in(Path file, BooleanSupplier shared) {
    AppliedFolders applied = new AppliedFolders(file, shared);
    try {
      new JsonObject(Files.readString(file))
          .forEach(entry -> applied.prints.put(entry.getKey(), String.valueOf(entry.getValue())));
    } catch (NoSuchFileException e) {
      LOG.debug("no folder has been applied yet");
    } catch (IOException | DecodeException e) {
      LOG.warn("every folder counts as new, for {} cannot be read: {}", file, e.toString());
    }
    return applied;
  }

  /** Whether exactly this was given last. */
  boolean has(String key, String print) {
    return shared.getAsBoolean() && print.equals(prints.get(key));
  }

  /** This has been given. */
  synchronized void put(String key, String print) {
    Path kept = file;
    if (kept == null || print.equals(prints.put(key, print))) {
      return;
    }
    try {
      JsonObject all = new JsonObject();
      prints.forEach(all::put);
      Path whole = kept.resolveSibling(kept.getFileName() + ".next");
      Files.writeString(whole, all.encode());
      Files.move(whole, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("folder '{}' counts as new at the next start: {}", key, e.toString());
    }
  }
}
