package dev.nexusdelta.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ports that tests of this process alone use, however many other processes run tests on the machine
 * at the same time: who asks for a free port gives it to a program that takes it a moment later.
 * They are a block between 10000 and 17999, below those that the system gives to callers and those
 * of demos; whoever listens on its first port has all of it. A process that is started by a test
 * uses the same ones if it is told {@link #INHERITED}.
 */
public final class TestPorts {
  /** System property with the block of the process that started this one. */
  public static final String INHERITED = "nexus.test.ports";

  private static final int FIRST = 10_000;
  private static final int BLOCKS = 16;
  private static final int SIZE = 500;

  /** Of the replicas of one gateway: as many as a gateway has by default. */
  private static final int RANGE = 100;

  private static final int RANGES = 3;

  private static final TestPorts OURS = claim();

  private final int base;
  private final AtomicInteger next = new AtomicInteger();

  /** Listens as long as this process lives. */
  @SuppressWarnings({"FieldCanBeLocal", "unused"})
  private final @Nullable ServerSocket flag;

  private TestPorts(int base, @Nullable ServerSocket flag) {
    this.base = base;
    this.flag = flag;
  }

  private static TestPorts claim() {
    Integer inherited = Integer.getInteger(INHERITED);
    if (inherited != null) {
      return new TestPorts(inherited, null);
    }
    for (int block = 0; block < BLOCKS; block++) {
      int base = FIRST + block * SIZE;
      try {
        return new TestPorts(base, listen(base));
      } catch (IOException taken) {
        // The next one.
      }
    }
    throw new IllegalStateException(
        "%d processes run tests on this machine: each port from %d in steps of %d is taken"
            .formatted(BLOCKS, FIRST, SIZE));
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  /** What {@link #INHERITED} has to say. */
  public static int block() {
    return OURS.base;
  }

  /** First port for replicas of a gateway; {@code index} 0 to 2: of gateways that run at once. */
  public static int first(int index) {
    if (index < 0 || index >= RANGES) {
      throw new IllegalArgumentException("range " + index + " of " + RANGES);
    }
    return OURS.base + index * RANGE + 1;
  }

  /** The last one. */
  public static int last(int index) {
    return first(index) + RANGE - 1;
  }

  /** The same as {@code NEXUS_PORTS} wants it. */
  public static String range(int index) {
    return first(index) + "-" + last(index);
  }

  /** One on which nobody listens, and that was not given for as long as possible. */
  public static int free() {
    int singles = SIZE - RANGES * RANGE - 1;
    for (int tried = 0; tried < singles; tried++) {
      int port =
          OURS.base + RANGES * RANGE + 1 + Math.floorMod(OURS.next.getAndIncrement(), singles);
      try (ServerSocket free = listen(port)) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // The next one.
      }
    }
    throw new UncheckedIOException(new IOException("all ports from " + OURS.base + " are taken"));
  }
}
