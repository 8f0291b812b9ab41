package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.HttpServer;
import dev.nexusdelta.agent.tools.ToolCalls;
import dev.nexusdelta.agent.tools.Toolbox;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Serves one agent until it is drained or closed. Thread-safe.
 *
 * <p>A caller who leaves is noticed only when his answer cannot be written: the JDK's server does
 * not watch a connection while its request is being answered. Streams are written to now and then
 * for that reason.
 */
public final class AgentServer implements AutoCloseable {
  private static final int BACKLOG = 512;

  private final HttpServer server;
  private final Threads threads;
  private final Scheduler scheduler;
  private final Routes routes;
  private final System.Logger logger;

  private AgentServer(
      HttpServer server,
      Threads threads,
      Scheduler scheduler,
      Routes routes,
      System.Logger logger) {
    this.server = server;
    this.threads = threads;
    this.scheduler = scheduler;
    this.routes = routes;
    this.logger = logger;
  }

  /**
   * Who is served, where, and within which limits.
   *
   * @param port 0 = any
   * @param replica id of this replica; empty = calls for any are taken
   * @param maxBody bytes of a request's body
   * @param threads tools at once where threads are the system's
   * @param streamIdle how long a stream waits for its caller to read
   * @param heartbeat how long a stream may be silent without one
   */
  public record Settings(
      String agent,
      String version,
      String replica,
      String host,
      int port,
      int maxBody,
      int threads,
      Duration streamIdle,
      Duration heartbeat) {}

  /**
   * Listens, and answers from now on.
   *
   * @param prepared taken over; closed if the start fails
   * @param nanos monotonic time
   * @param ids new ids, for requests and errors
   * @throws IOException if the address cannot be had
   */
  public static AgentServer start(
      PreparedServer prepared,
      Settings settings,
      Toolbox toolbox,
      System.Logger logger,
      LongSupplier nanos,
      Supplier<String> ids)
      throws IOException {
    HttpServer server = prepared.bind(settings.host(), settings.port(), BACKLOG);
    Threads threads = Threads.start(settings.threads());
    Scheduler scheduler = new Scheduler();
    ToolCalls calls =
        new ToolCalls(
            settings.agent(), toolbox, threads, scheduler, settings.heartbeat(), logger, ids);
    Routes routes = new Routes(settings, toolbox, calls, threads, scheduler, logger, nanos, ids);
    server.setExecutor(threads);
    server.createContext("/", routes);
    server.start();
    return new AgentServer(server, threads, scheduler, routes, logger);
  }

  /** Where it listens. */
  public int port() {
    InetSocketAddress address = server.getAddress();
    return address.getPort();
  }

  /**
   * Takes no new work, and waits until what runs is finished.
   *
   * @param millis at most so long
   * @return whether all was finished
   */
  public boolean drain(long millis) {
    int left = routes.drain();
    if (left > 0) {
      logger.log(Level.INFO, "stopping as soon as its running calls have ended: " + left);
    }
    return routes.awaitIdle(millis);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    scheduler.close();
  }
}
