package dev.nexusdelta.agent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.tools.Answer;
import dev.nexusdelta.agent.tools.Call;
import dev.nexusdelta.agent.tools.Outlet;
import dev.nexusdelta.agent.tools.Problem;
import dev.nexusdelta.agent.tools.StreamFormat;
import dev.nexusdelta.agent.tools.Timer;
import dev.nexusdelta.agent.tools.ToolCalls;
import dev.nexusdelta.agent.tools.Toolbox;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From a request to its answer. Thread-safe. */
final class Routes implements HttpHandler {
  private final AgentServer.Settings settings;
  private final Toolbox toolbox;
  private final ToolCalls calls;
  private final Executor executor;
  private final Timer timer;
  private final System.Logger logger;
  private final LongSupplier nanos;
  private final Supplier<String> ids;
  private final InFlight inFlight;
  private byte @Nullable [] toolList;

  Routes(
      AgentServer.Settings settings,
      Toolbox toolbox,
      ToolCalls calls,
      Executor executor,
      Timer timer,
      System.Logger logger,
      LongSupplier nanos,
      Supplier<String> ids) {
    this.settings = settings;
    this.toolbox = toolbox;
    this.calls = calls;
    this.executor = executor;
    this.timer = timer;
    this.logger = logger;
    this.nanos = nanos;
    this.ids = ids;
    this.inFlight = new InFlight(nanos);
  }

  /** From now on calls are refused. Says how many run. */
  int drain() {
    return inFlight.close();
  }

  boolean awaitIdle(long millis) {
    return inFlight.awaitNone(millis);
  }

  @Override
  public void handle(HttpExchange exchange) {
    String requestId = RequestHeaders.requestId(exchange.getRequestHeaders(), ids);
    Reply reply = new Reply(exchange, requestId, logger);
    try {
      route(exchange, reply);
    } catch (IOException e) {
      reply.drop(e);
    } catch (RuntimeException | Error e) {
      logger.log(System.Logger.Level.ERROR, "request " + requestId + " failed", e);
      Problem problem =
          Problem.of(500, "internal", "Internal error", "the agent's log has the cause");
      reply.send(problem.toolError(settings.agent(), requestId, e));
    }
  }

  private void route(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    String replica = headers.getFirst("X-Nexus-Replica");
    if (replica != null && !settings.replica().isEmpty() && !replica.equals(settings.replica())) {
      String detail = "this is replica " + settings.replica() + "; the call was not executed";
      reply.send(problem(reply, 421, "wrong_replica", "Wrong replica", detail));
      return;
    }
    String method = exchange.getRequestMethod();
    boolean get = method.equals("GET") || method.equals("HEAD");
    switch (exchange.getRequestURI().getRawPath()) {
      case "/health" -> allowed(get, "GET, HEAD", exchange, reply, this::health);
      case "/tools" -> allowed(get, "GET, HEAD", exchange, reply, this::tools);
      case "/execute" -> allowed(method.equals("POST"), "POST", exchange, reply, this::execute);
      default -> {
        String detail = "no such route; there are GET /health, GET /tools and POST /execute";
        reply.send(problem(reply, 404, "not_found", "Not found", detail));
      }
    }
  }

  private interface Route {
    void serve(HttpExchange exchange, Reply reply) throws IOException;
  }

  private void allowed(
      boolean allowed, String allow, HttpExchange exchange, Reply reply, Route route)
      throws IOException {
    if (allowed) {
      route.serve(exchange, reply);
      return;
    }
    reply.header("Allow", allow);
    String detail = exchange.getRequestMethod() + " is not served here; allowed: " + allow;
    reply.send(problem(reply, 405, "method_not_allowed", "Method not allowed", detail));
  }

  private void health(HttpExchange exchange, Reply reply) {
    boolean open = inFlight.isOpen();
    byte[] body =
        Json.write(
            out ->
                out.object()
                    .property("status", open ? "ok" : "draining")
                    .property("agent", settings.agent())
                    .property("version", settings.version())
                    .property("replica", settings.replica())
                    .endObject());
    reply.send(new Answer(open ? 200 : 503, Answer.JSON, body, null, null));
  }

  private void tools(HttpExchange exchange, Reply reply) {
    byte[] list = toolList;
    if (list == null) {
      list = toolbox.describe();
      toolList = list;
    }
    reply.send(Answer.ok(list));
  }

  private void execute(HttpExchange exchange, Reply reply) throws IOException {
    if (!inFlight.enter()) {
      reply.header("Connection", "close");
      reply.header("Retry-After", "1");
      // Lets the gateway free the call's Idempotency-Key: nothing was executed.
      reply.header("X-Nexus-Not-Executed", "draining");
      String detail = settings.agent() + " is stopping and takes no new calls";
      Problem problem = Problem.of(503, "draining", "Agent is stopping", detail).worthRetrying();
      reply.send(problem.refusal(settings.agent(), reply.requestId()));
      return;
    }
    reply.whenDone(inFlight::leave);
    Headers headers = exchange.getRequestHeaders();
    Problem refused = RequestHeaders.refusal(headers);
    Optional<Duration> timeout = Optional.empty();
    if (refused == null) {
      RequestHeaders.Timeout given = RequestHeaders.timeout(headers);
      refused = given.problem();
      timeout = given.time();
    }
    if (refused != null) {
      if (refused.status() == 400) {
        reply.header("Connection", "close");
      }
      reply.send(refused.toolError(settings.agent(), reply.requestId(), null));
      return;
    }
    byte[] body = Body.read(exchange, settings.maxBody());
    if (body == null) {
      reply.header("Connection", "close");
      String detail =
          "the body is larger than the " + settings.maxBody() + " bytes that this agent takes";
      Problem problem = Problem.of(413, "too_large", "Too large", detail);
      reply.send(problem.toolError(settings.agent(), reply.requestId(), null));
      return;
    }
    Optional<String> trace = Optional.ofNullable(headers.getFirst("traceparent"));
    Call call = new Call(reply.requestId(), trace, nanos, timeout);
    reply.onFailedWrite(() -> call.cancel("caller left"));
    calls.execute(body, call, outlet(reply, Accepted.of(headers.get("Accept"))));
  }

  private Outlet outlet(Reply reply, @Nullable StreamFormat format) {
    Thread exchangeThread = Thread.currentThread();
    return new Outlet() {
      @Override
      public @Nullable StreamFormat streams() {
        return format;
      }

      @Override
      public void answer(Answer answer) {
        if (Thread.currentThread() == exchangeThread) {
          reply.send(answer);
        } else {
          executor.execute(() -> reply.send(answer));
        }
      }

      @Override
      public Outlet.Stream begin(StreamFormat wanted) throws IOException {
        return reply.stream(wanted.contentType(), timer, settings.streamIdle());
      }
    };
  }

  private Answer problem(Reply reply, int status, String code, String title, String detail) {
    return Problem.of(status, code, title, detail).refusal(settings.agent(), reply.requestId());
  }
}
