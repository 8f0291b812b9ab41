package dev.nexusdelta.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The data folder, owned by exactly one gateway as long as this is open. The lock ends with the
 * process, however that ends.
 */
final class DataFolder implements AutoCloseable {
  private static final String RUNNING = "gateway.json";

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;
  private boolean announced;

  private DataFolder(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Makes the folder if needed, readable by this user only, and takes ownership.
   *
   * @throws IOException naming the owner, if another gateway has it
   */
  static DataFolder open(Path path) throws IOException {
    Files.createDirectories(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    FileChannel channel =
        FileChannel.open(
            path.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new IOException(
          "data folder "
              + path
              + " is in use by another gateway"
              + owner(path)
              + ": stop it with 'nexus down', or give this one another folder with --data");
    }
    sweep(path);
    return new DataFolder(path, channel, lock);
  }

  /**
   * The store's native library, unpacked here anew at each start, stays behind when a gateway is
   * killed.
   */
  private static void sweep(Path path) throws IOException {
    try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(path, "sqlite-*.so*")) {
      for (Path file : unpacked) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String owner(Path path) throws IOException {
    Path running = path.resolve(RUNNING);
    return Files.exists(running) ? " (" + Files.readString(running).strip() + ")" : "";
  }

  Path path() {
    return path;
  }

  /** Tells command lines where this gateway answers: written whole or not at all. */
  void announce(String json) throws IOException {
    Path next = path.resolve(RUNNING + ".next");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(next, path.resolve(RUNNING), StandardCopyOption.ATOMIC_MOVE);
    announced = true;
  }

  /** Gives the folder up to a successor: this gateway is found until that one announces itself. */
  void handOver() throws IOException {
    announced = false;
    close();
  }

  /** Repeating it is fine. */
  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    if (announced) {
      Files.deleteIfExists(path.resolve(RUNNING));
    }
    lock.release();
    channel.close();
  }
}
