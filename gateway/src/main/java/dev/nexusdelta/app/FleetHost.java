package dev.nexusdelta.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The kind of host that runs the fleet of a data folder, remembered there from before the first
 * replica starts until after the last has ended: a running fleet never changes host by itself, as
 * the next host would know nothing of it. Whoever writes owns the data folder.
 */
public final class FleetHost implements AutoCloseable {
  /** What to do about {@link #conflict}. */
  public static final String ADVICE =
      "nexus down, which ends the fleet where it runs, and then start again; or go on with the host"
          + " that it runs on (--host, NEXUS_HOST, key host)";

  private static final String FILE = "host.kind";

  private final Path data;
  private volatile BooleanSupplier runs;
  private volatile boolean ended;
  private volatile boolean unended;

  private FleetHost(Path data, boolean isNew) {
    this.data = data;
    // Until it is open nothing is started; what ran before may run.
    this.runs = () -> !isNew;
  }

  /**
   * Remembers that this kind of host runs the fleet from now on.
   *
   * @throws IOException saying what to do, if another kind runs it
   */
  static FleetHost claim(Path data, String kind) throws IOException {
    Optional<String> conflict = conflict(data, kind);
    if (conflict.isPresent()) {
      throw new IOException(conflict.get() + ". " + ADVICE);
    }
    Optional<String> known = remembered(data);
    if (known.isEmpty()) {
      write(data, kind);
    }
    return new FleetHost(data, known.isEmpty());
  }

  /** Why this kind of host cannot run the fleet of that data folder now; empty = it can. */
  public static Optional<String> conflict(Path data, String kind) {
    return remembered(data)
        .filter(known -> !known.equals(kind))
        .map(
            known ->
                "the fleet of data folder "
                    + data
                    + " runs on host '"
                    + known
                    + "', and this start asks for host '"
                    + kind
                    + "'; a running fleet never changes host by itself");
  }

  /** What is remembered in that data folder; empty when no replica can be left. */
  public static Optional<String> remembered(Path data) {
    try {
      return Optional.of(Files.readString(data.resolve(FILE)).strip())
          .filter(kind -> !kind.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Nothing is left of the fleet. */
  public static void forget(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }

  private static void write(Path data, String kind) throws IOException {
    Path next = data.resolve(FILE + ".next");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap((kind + "\n").getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(next, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The host is open.
   *
   * @param mayRun whether anything runs as far as is known; also while that cannot be known
   */
  void opened(BooleanSupplier mayRun) {
    runs = mayRun;
  }

  /** The host has stopped every replica. */
  void ended() {
    ended = true;
  }

  /** The host was to stop every replica and has not: what is left of them is not known. */
  void notEnded() {
    unended = true;
  }

  /** After the host: forgets it if nothing of it runs on. */
  @Override
  public void close() throws IOException {
    if (ended || !unended && !runs.getAsBoolean()) {
      forget(data);
    }
  }
}
