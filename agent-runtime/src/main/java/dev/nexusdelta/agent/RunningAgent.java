package dev.nexusdelta.agent;

import dev.nexusdelta.agent.http.AgentServer;
import dev.nexusdelta.agent.http.PreparedServer;
import dev.nexusdelta.agent.log.LineLogger;
import dev.nexusdelta.agent.tools.Toolbox;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** An agent that answers calls, until the process gets SIGTERM or this is closed. Thread-safe. */
public final class RunningAgent implements AutoCloseable {
  /** A process host kills earlier if it is less patient. */
  private static final long DRAIN_MILLIS = 60_000;

  private final AgentServer server;
  private final System.Logger logger;
  private final List<AutoCloseable> owned;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RunningAgent(AgentServer server, System.Logger logger, List<AutoCloseable> owned) {
    this.server = server;
    this.logger = logger;
    this.owned = owned;
  }

  static RunningAgent start(AgentBuilder builder, Environment environment) {
    AgentServer.Settings settings = environment.settings();
    LineLogger logger =
        new LineLogger(
            settings.agent(),
            "",
            LineLogger.level(environment.logLevel()),
            System.err,
            System::currentTimeMillis);
    PreparedServer prepared = PreparedServer.begin();
    Toolbox toolbox;
    AgentServer server;
    try {
      toolbox = builder.toolbox(logger::request);
      server = AgentServer.start(prepared, settings, toolbox, logger, System::nanoTime, new Ids());
    } catch (AgentStartException e) {
      prepared.close();
      throw e;
    } catch (IOException e) {
      throw new AgentStartException(cannotListen(settings, e), e);
    }
    RunningAgent agent = new RunningAgent(server, logger, List.copyOf(builder.owned()));
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-stop"));
    String tools = String.join(", ", toolbox.names());
    logger.log(
        Level.INFO, "listening on " + settings.host() + ":" + server.port() + ", tools: " + tools);
    return agent;
  }

  private static String cannotListen(AgentServer.Settings settings, IOException cause) {
    String address = settings.host() + ":" + settings.port();
    String advice =
        cause instanceof BindException
            ? "; is it in use? Set PORT to a free port, or to 0 for any"
            : "; check HOST and PORT";
    return "agent "
        + settings.agent()
        + " cannot listen on "
        + address
        + ": "
        + cause.getMessage()
        + advice;
  }

  /** Port on which the agent listens. */
  public int port() {
    return server.port();
  }

  /** Takes no new calls, waits for those that run, and stops. Does nothing the second time. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (!server.drain(DRAIN_MILLIS)) {
      logger.log(Level.WARNING, "stopping although calls still run after " + DRAIN_MILLIS + " ms");
    }
    server.close();
    for (AutoCloseable each : owned) {
      try {
        each.close();
      } catch (Exception e) {
        logger.log(Level.ERROR, "closing " + each + " failed", e);
      }
    }
    logger.log(Level.INFO, "stopped");
  }
}
