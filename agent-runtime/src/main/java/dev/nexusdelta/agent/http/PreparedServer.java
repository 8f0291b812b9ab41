package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A server that is made on a second core, while the agent's own classes are looked at on the first:
 * that takes 10 to 20 ms off a start. For one thread.
 */
public final class PreparedServer implements AutoCloseable {
  private final FutureTask<HttpServer> making = new FutureTask<>(HttpServer::create);

  static {
    // Read once by the server's classes. Nagle's delay would cost 40 ms on answers of two writes.
    setDefault("sun.net.httpserver.nodelay", "true");
    // Longer than any gateway keeps an idle connection, so that it is never closed under a request.
    setDefault("sun.net.httpserver.idleInterval", "300");
    setDefault("sun.net.httpserver.maxIdleConnections", "1000");
    // What is left of a refused body is read up to here, so that the refusal arrives.
    setDefault("sun.net.httpserver.drainAmount", Integer.toString(8 << 20));
  }

  private PreparedServer() {}

  /** Begins to make one. */
  public static PreparedServer begin() {
    PreparedServer prepared = new PreparedServer();
    Thread thread =
        new Thread(
            () -> {
              prepared.making.run();
              warm();
            },
            "agent-prepare");
    thread.setDaemon(true);
    thread.start();
    return prepared;
  }

  /** The server writes a date into every answer; the first one takes 10 to 20 ms to format. */
  private static void warm() {
    DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.US)
        .withZone(ZoneId.of("GMT"))
        .formatTo(Instant.EPOCH, new StringBuilder());
  }

  /** The server, listening but not answering yet. */
  HttpServer bind(String host, int port, int backlog) throws IOException {
    HttpServer server = await();
    try {
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new BindException("unknown host " + host);
      }
      server.bind(address, backlog);
      return server;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private HttpServer await() throws IOException {
    try {
      return making.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server was made", e);
    } catch (ExecutionException e) {
      throw new IOException("the server cannot be made: " + e.getCause(), e.getCause());
    }
  }

  /** Only if it was not started. */
  @Override
  public void close() {
    if (making.cancel(false)) {
      return;
    }
    try {
      making.get().stop(0);
    } catch (CancellationException | ExecutionException e) {
      // Never made: nothing to close.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
