package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * What the owner of an engine writes on its claim.
 *
 * @param host id; empty text = whoever made the volume is no gateway
 * @param data its data folder, as it sees it
 * @param place see {@link Whereabouts}; empty text = cannot be told
 * @param folder see {@link Whereabouts}; empty text = cannot be told
 */
record Claim(String host, String data, String place, String folder) {
  private static final String LOCK = "lock";

  /** Ours. Blocking. */
  static Claim of(String host, Path data) throws IOException {
    Whereabouts here = Whereabouts.of(data);
    return new Claim(host, data.toRealPath().toString(), here.place(), here.folder());
  }

  /** As read from the engine. */
  static Claim read(Map<String, String> labels) {
    return new Claim(
        labels.getOrDefault(Labels.HOST, ""),
        labels.getOrDefault(Labels.DATA, ""),
        labels.getOrDefault(Labels.PLACE, ""),
        labels.getOrDefault(Labels.FOLDER, ""));
  }

  Map<String, String> labels() {
    return Map.of(Labels.HOST, host, Labels.DATA, data, Labels.PLACE, place, Labels.FOLDER, folder);
  }

  boolean isOfAGateway() {
    return !host.isEmpty();
  }

  /**
   * The same gateway has made both: the id alone is in a copy of the folder too, and the path alone
   * may be another folder elsewhere. Claims of earlier versions tell no more than these two.
   */
  boolean isBySame(Claim other) {
    boolean here = !place.isEmpty() && place.equals(other.place);
    return host.equals(other.host)
        && data.equals(other.data)
        && (here || folder.equals(other.folder) || other.folder.isEmpty());
  }

  /**
   * Whether nobody uses the folder of that claim any more, as far as it can be judged from here,
   * where this claim was made. Blocking.
   */
  boolean findsAbandoned(Claim other) {
    if (place.isEmpty() || !place.equals(other.place)) {
      return false;
    }
    try {
      Path folder = Path.of(other.data);
      return folder.isAbsolute() && isFree(folder.resolve(LOCK), Path.of(data).resolve(LOCK));
    } catch (InvalidPathException | IOException unknown) {
      return false;
    }
  }

  /** Who opens and closes the file of a lock of their own loses it: ours is not even opened. */
  private static boolean isFree(Path lock, Path ours) throws IOException {
    if (Files.notExists(lock) || lock.equals(ours)) {
      return true;
    }
    if (Files.exists(ours) && Files.isSameFile(lock, ours)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (OverlappingFileLockException inUse) {
      return false;
    }
  }
}
