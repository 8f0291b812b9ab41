package dev.nexusdelta.app.handover;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, on a thread of its own, for a process that wants to follow this gateway, and leads this
 * side of the hand-over. The connection is the successor's lease: when it ends before the successor
 * has said that it serves, everything is taken back. Which of the two owns the data folder is
 * decided by the folder's lock alone.
 */
public final class Successors implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Logger log = LoggerFactory.getLogger(Successors.class);
  private static final int GREETING_MILLIS = 3_000;

  /** Longer than a start takes that goes well; then it is looked at who has the folder. */
  private static final int LEASE_MILLIS = 30_000;

  private static final long TAKE_BACK_SECONDS = 60;
  private static final long TAKE_BACK_EVERY_MILLIS = 50;

  private final Path data;
  private final ServerSocket server;
  private final Card card;
  private final Incumbent incumbent;
  private final LongSupplier nanos;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Successors(
      Path data, ServerSocket server, Card card, Incumbent incumbent, LongSupplier nanos) {
    this.data = data;
    this.server = server;
    this.card = card;
    this.incumbent = incumbent;
    this.nanos = nanos;
  }

  /**
   * Begins to wait.
   *
   * @param listen address that callers use
   * @param admin address of the admin listener; empty text = none
   * @param nanos monotonic clock
   */
  public static Successors await(
      Path data,
      String listen,
      String admin,
      Incumbent incumbent,
      Random random,
      LongSupplier nanos)
      throws IOException {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    Card card = new Card(server.getLocalPort(), HexFormat.of().formatHex(secret), listen, admin);
    Successors successors = new Successors(data, server, card, incumbent, nanos);
    successors.show();
    Thread thread = new Thread(successors::run, "successors");
    thread.setDaemon(true);
    thread.start();
    return successors;
  }

  private void show() throws IOException {
    card.write(data);
  }

  private void run() {
    while (closed.getCount() > 0) {
      try (Line line = new Line(server.accept())) {
        if (greets(line) && handOver(line)) {
          return;
        }
      } catch (IOException e) {
        log.debug("no successor", e);
        // Where files have run out, accepting fails at once, again and again.
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (RuntimeException e) {
        log.error("the hand-over failed", e);
      }
    }
  }

  private boolean greets(Line line) throws IOException {
    JsonObject greeting = line.next(GREETING_MILLIS);
    return greeting != null
        && MessageDigest.isEqual(
            greeting.getString("secret", "").getBytes(StandardCharsets.UTF_8),
            card.secret().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether this gateway has been followed. */
  private boolean handOver(Line line) throws IOException {
    line.send(new JsonObject().put("hello", true));
    JsonObject answer = new JsonObject();
    try {
      JsonObject routable = new JsonObject();
      incumbent.release().forEach(routable::put);
      answer.put("routable", routable);
    } catch (IllegalStateException e) {
      line.send(answer.put("refused", String.valueOf(e.getMessage())));
      return false;
    }
    log.info("handed over; calls go on until the successor serves");
    return switch (end(line, answer)) {
      case SERVES -> {
        log.info("the successor serves: leaving");
        incumbent.leave();
        yield true;
      }
      case TAKEN_BACK -> {
        show();
        yield false;
      }
      case GONE -> !takesBack();
    };
  }

  /** How a hand-over ends, as seen from here. */
  private enum End {
    SERVES,
    GONE,
    TAKEN_BACK
  }

  private End end(Line line, JsonObject answer) {
    try {
      line.send(answer);
      JsonObject done = next(line);
      if (done == null) {
        log.warn("the successor is gone before it served");
        return End.GONE;
      }
      if (done.isEmpty()) {
        return End.TAKEN_BACK;
      }
      line.send(new JsonObject().put("leaving", true));
      return End.SERVES;
    } catch (IOException e) {
      log.warn("the successor does not serve: {}", e.getMessage());
      return End.GONE;
    }
  }

  /**
   * What the successor says: null = it is gone, empty = it took too long and has not even begun to
   * own anything, so that all of it is ours again. One that has the folder is waited for: calls go
   * on meanwhile.
   */
  private @Nullable JsonObject next(Line line) throws IOException {
    while (true) {
      try {
        return line.next(LEASE_MILLIS);
      } catch (SocketTimeoutException e) {
        if (incumbent.takeBack()) {
          return new JsonObject();
        }
        log.warn("the successor has the data folder, but does not serve yet");
      }
    }
  }

  /** A successor that dies gives up the folder's lock a little later than its connection. */
  private boolean takesBack() {
    long end = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(TAKE_BACK_SECONDS);
    try {
      while (!incumbent.takeBack()) {
        if (closed.await(TAKE_BACK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
        if (nanos.getAsLong() - end > 0) {
          log.error("another process keeps the data folder: leaving it to that one");
          incumbent.leave();
          return false;
        }
      }
      show();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      log.warn("no successor can find this gateway: {}", e.getMessage());
      return true;
    }
  }

  /** Waits no longer. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    card.remove(data);
  }
}
