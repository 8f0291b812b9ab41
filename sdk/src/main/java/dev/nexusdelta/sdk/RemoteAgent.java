package dev.nexusdelta.sdk;

import java.io.InputStream;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An agent behind the gateway. Get one from {@link NexusDelta#agent}; it is not asked whether it
 * exists before it is called.
 *
 * <pre>{@code
 * RemoteAgent data = nexus.agent("DataAgent");
 * Stats stats = data.call("process_data", Map.of("data", List.of(1, 2, 3)), Stats.class);
 * JsonValue same = data.deadline(Duration.ofSeconds(2)).call("process_data", "{\"data\":[1,2,3]}");
 * }</pre>
 *
 * <p><b>Parameters</b> are a map, a record or bean with the parameters as members, JSON text, a
 * {@link JsonValue}, or null for none. <b>Results</b> are given as any type that Jackson reads:
 * records, beans, lists, maps, numbers, text; members that the type does not have are ignored.
 *
 * <p><b>Nothing is sent twice by this client.</b> The gateway sends a call again where that is
 * safe. To ask again after {@code outcome_unknown} or a broken connection, use an {@linkplain
 * #idempotencyKey idempotency key}.
 *
 * <p>Immutable and thread-safe; what changes a setting returns another one. Each call fails with a
 * {@link NexusException}: {@link ToolException} if the tool said so, {@link ProblemException} if
 * the gateway did, {@link DeadlineException} and {@link UnreachableException} where no whole answer
 * came. A result that does not fit is told by {@link JsonFormatException}, parameters that are none
 * by {@link IllegalArgumentException}.
 */
public final class RemoteAgent {
  private static final String ITEMS =
      "application/x-ndjson, text/event-stream;q=0.9, application/json;q=0.5, */*;q=0.1";
  private static final String EVENTS =
      "text/event-stream, application/x-ndjson;q=0.9, application/json;q=0.5, */*;q=0.1";

  private final NexusClient client;
  private final Executor executor;
  private final String name;
  private final CallOptions options;

  RemoteAgent(NexusClient client, Executor executor, String name, CallOptions options) {
    this.client = client;
    this.executor = executor;
    this.name = name;
    this.options = options;
  }

  /** The name that it is called by. */
  public String name() {
    return name;
  }

  /**
   * Calls may take so long, of streams the time until they begin. The gateway and the agent are
   * told, and end the call then; the agent's own {@code limits.timeout} still holds.
   */
  public RemoteAgent deadline(Duration limit) {
    return with(options.deadline(limit));
  }

  /** Streams may be silent for so long; ten minutes unless set. */
  public RemoteAgent idle(Duration limit) {
    return with(options.idle(limit));
  }

  /**
   * The next call is executed once, however often it is sent: whoever sends the same again with
   * this key within a day gets the answer of the first. Each call needs another one.
   *
   * @param key 1 to 255 visible ASCII characters
   */
  public RemoteAgent idempotencyKey(String key) {
    return with(options.idempotencyKey(key));
  }

  /** Under which all logs know the call; otherwise the gateway makes one. */
  public RemoteAgent requestId(String id) {
    return with(options.requestId(id));
  }

  /** Sends one header more. */
  public RemoteAgent header(String header, String value) {
    return with(options.header(header, value));
  }

  private RemoteAgent with(CallOptions others) {
    return new RemoteAgent(client, executor, name, others);
  }

  /** Its tools with their schemas; none as long as it has never run. */
  public List<ToolSummary> tools() {
    return ToolSummary.all(client.tools(name));
  }

  /** Calls a tool: its result as JSON. */
  public JsonValue call(String tool, @Nullable Object parameters) {
    return answer(tool, parameters).result();
  }

  /** Calls a tool: its result as a value of this class. */
  public <T> T call(String tool, @Nullable Object parameters, Class<T> type) {
    return call(tool, parameters, (Type) type);
  }

  /** Calls a tool: its result as a value of this generic type. */
  public <T> T call(String tool, @Nullable Object parameters, TypeRef<T> type) {
    return call(tool, parameters, type.type());
  }

  /** Calls a tool: its result as a value of this type, which has to fit {@code T}. */
  public <T> T call(String tool, @Nullable Object parameters, Type type) {
    return this.<T>fit(tool, type).apply(answer(tool, parameters));
  }

  /** Calls a tool: its result, and who gave it. */
  public CallResult answer(String tool, @Nullable Object parameters) {
    return ask(tool, json(tool, parameters), new Hangup());
  }

  /** {@link #call(String, Object)} on another thread; see {@link NexusDelta.Builder#executor}. */
  public CompletableFuture<JsonValue> callAsync(String tool, @Nullable Object parameters) {
    return later(tool, parameters, CallResult::result);
  }

  /**
   * The same, its result as a value of this class. To cancel the future, or to let it time out,
   * ends the call at the agent.
   */
  public <T> CompletableFuture<T> callAsync(
      String tool, @Nullable Object parameters, Class<T> type) {
    return later(tool, parameters, fit(tool, type));
  }

  /** The same, its result as a value of this generic type. */
  public <T> CompletableFuture<T> callAsync(
      String tool, @Nullable Object parameters, TypeRef<T> type) {
    return later(tool, parameters, fit(tool, type.type()));
  }

  /**
   * Calls a tool that gives its result piece by piece. Of one that does not, the items of the list
   * that it gives, or the one thing.
   */
  public ToolStream<JsonValue> stream(String tool, @Nullable Object parameters) {
    return new ToolStream<>(ItemReader.of(open(tool, parameters, ITEMS)));
  }

  /** The same, each item as a value of this class. */
  public <T> ToolStream<T> stream(String tool, @Nullable Object parameters, Class<T> type) {
    String what = "an item of " + place(tool);
    return stream(tool, parameters).map(item -> Mapping.read(item, type, what));
  }

  /** The same, each item as a value of this generic type. */
  public <T> ToolStream<T> stream(String tool, @Nullable Object parameters, TypeRef<T> type) {
    String what = "an item of " + place(tool);
    return stream(tool, parameters).map(item -> Mapping.read(item, type.type(), what));
  }

  /**
   * Calls a tool whose stream has a form of its own: each server-sent event or line as it is,
   * whatever it means.
   */
  public ToolStream<StreamEvent> events(String tool, @Nullable Object parameters) {
    EventReader events = new EventReader(whole(open(tool, parameters, EVENTS)));
    return new ToolStream<>(
        new ToolStream.Source<>() {
          @Override
          public @Nullable StreamEvent next() {
            return events.next();
          }

          @Override
          public void close() {
            events.close();
          }
        });
  }

  /** Calls a tool: the bytes of its answer as they come. Closing them ends the call. */
  public InputStream bytes(String tool, @Nullable Object parameters) {
    return whole(open(tool, parameters, "*/*")).body();
  }

  private WireAnswer open(String tool, @Nullable Object parameters, String accept) {
    Patience patience = new Patience(options.limit(), options.idle());
    return client.send(name, tool, json(tool, parameters), accept, options, patience, new Hangup());
  }

  private static WireAnswer whole(WireAnswer answer) {
    if (ToolAnswer.isFailure(answer)) {
      ToolAnswer.read(answer); // throws
    }
    return answer;
  }

  private CallResult ask(String tool, JsonValue parameters, Hangup hangup) {
    return client.call(name, tool, parameters, options, hangup);
  }

  private <T> CompletableFuture<T> later(
      String tool, @Nullable Object parameters, Function<CallResult, T> fit) {
    JsonValue json = json(tool, parameters);
    Hangup hangup = new Hangup();
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            if (future.isDone()) {
              return;
            }
            try {
              future.complete(fit.apply(ask(tool, json, hangup)));
            } catch (RuntimeException | Error e) {
              future.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(e);
    }
    future.whenComplete((result, failure) -> hangup.now());
    return future;
  }

  private <T> Function<CallResult, T> fit(String tool, Type type) {
    return answer -> Mapping.read(answer.result(), type, "the result of " + place(tool));
  }

  private JsonValue json(String tool, @Nullable Object parameters) {
    return Mapping.parameters(parameters, "parameters of " + place(tool));
  }

  private String place(String tool) {
    return name + "." + tool;
  }

  /** The name and the gateway. */
  @Override
  public String toString() {
    return name + " at " + client.gateway();
  }
}
