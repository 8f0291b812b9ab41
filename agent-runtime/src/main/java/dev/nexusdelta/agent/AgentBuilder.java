package dev.nexusdelta.agent;

import dev.nexusdelta.agent.shape.Shape;
import dev.nexusdelta.agent.shape.ShapeException;
import dev.nexusdelta.agent.shape.Shapes;
import dev.nexusdelta.agent.tools.Call;
import dev.nexusdelta.agent.tools.ToolSpec;
import dev.nexusdelta.agent.tools.Toolbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts an agent together from lambdas, from objects with methods marked {@link Tool}, or both:
 *
 * <pre>{@code
 * AgentBuilder.named("Adder")
 *     .tool("add", "Adds two numbers", Pair.class, pair -> pair.a() + pair.b()).readOnly()
 *     .start();
 * }</pre>
 *
 * What the environment says ({@code AGENT_NAME}, {@code AGENT_VERSION}, {@code HOST}, {@code PORT})
 * wins over what is set here. For one thread.
 */
public final class AgentBuilder {
  private final String name;
  private final List<Function<Function<String, System.Logger>, List<ToolSpec>>> sources =
      new ArrayList<>();
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Shapes shapes = new Shapes(new Annotations());
  private String version = "";
  private @Nullable Map<String, String> environment;

  private AgentBuilder(String name) {
    this.name = name;
  }

  /** An agent of that name, without tools yet. */
  public static AgentBuilder named(String name) {
    return new AgentBuilder(name);
  }

  /** An agent of the object's marked methods; closed with the agent if it is AutoCloseable. */
  public static AgentBuilder of(Object agent) {
    Agent marked = agent.getClass().getAnnotation(Agent.class);
    String name = marked == null ? "" : marked.name();
    AgentBuilder builder = named(name.isEmpty() ? agent.getClass().getSimpleName() : name);
    return builder.version(marked == null ? "" : marked.version()).tools(agent);
  }

  /** Version shown in health. */
  public AgentBuilder version(String version) {
    this.version = version;
    return this;
  }

  /** Adds the object's marked methods. */
  public AgentBuilder tools(Object agent) {
    sources.add(loggers -> new AnnotatedTools(agent, shapes, loggers).find());
    if (agent instanceof AutoCloseable closeable) {
      owned.add(closeable);
    }
    return this;
  }

  /**
   * Adds a tool whose results may be anything.
   *
   * @param input record of the parameters
   */
  public <I, O> AgentBuilder tool(
      String tool, String description, Class<I> input, ToolFunction<I, O> function) {
    return add(tool, description, input, Object.class, false, (in, context) -> function.call(in));
  }

  /** The same, for a lambda that takes the context too. */
  public <I, O> AgentBuilder tool(
      String tool, String description, Class<I> input, ToolFunction.WithContext<I, O> function) {
    return add(tool, description, input, Object.class, false, function);
  }

  /**
   * Adds a tool.
   *
   * @param input record of the parameters
   * @param output type of the result, for its schema
   */
  public <I, O> AgentBuilder tool(
      String tool,
      String description,
      Class<I> input,
      Class<O> output,
      ToolFunction<I, O> function) {
    return add(tool, description, input, output, false, (in, context) -> function.call(in));
  }

  /** The same, for a lambda that takes the context too. */
  public <I, O> AgentBuilder tool(
      String tool,
      String description,
      Class<I> input,
      Class<O> output,
      ToolFunction.WithContext<I, O> function) {
    return add(tool, description, input, output, false, function);
  }

  /**
   * Adds a tool whose items go to the caller as they come.
   *
   * @param input record of the parameters
   * @param item type of an item, for its schema
   */
  public <I, T> AgentBuilder stream(
      String tool,
      String description,
      Class<I> input,
      Class<T> item,
      ToolFunction<I, ? extends Flow.Publisher<T>> function) {
    return add(tool, description, input, item, true, (in, context) -> function.call(in));
  }

  /** The same, for a lambda that takes the context too. */
  public <I, T> AgentBuilder stream(
      String tool,
      String description,
      Class<I> input,
      Class<T> item,
      ToolFunction.WithContext<I, ? extends Flow.Publisher<T>> function) {
    return add(tool, description, input, item, true, function);
  }

  private <I> AgentBuilder add(
      String tool,
      String description,
      Class<I> input,
      Class<?> output,
      boolean streams,
      ToolFunction.WithContext<I, ?> function) {
    sources.add(
        loggers -> {
          ToolSpec.Body body = (in, call) -> call(function, input, in, call, loggers);
          return List.of(spec(tool, description, input, output, streams, body));
        });
    return this;
  }

  private static <I> @Nullable Object call(
      ToolFunction.WithContext<I, ?> function,
      Class<I> type,
      @Nullable Object input,
      Call call,
      Function<String, System.Logger> loggers)
      throws Exception {
    if (input == null) {
      throw new IllegalStateException("no input");
    }
    return function.call(type.cast(input), new CallContext(call, loggers));
  }

  private ToolSpec spec(
      String tool,
      String description,
      Class<?> input,
      Class<?> output,
      boolean streams,
      ToolSpec.Body body) {
    if (!input.isRecord() && input != Map.class) {
      throw new ShapeException(
          "tool " + tool + ": input " + input.getSimpleName() + " must be a record, or Map");
    }
    try {
      Shape in = shapes.of(input);
      ToolSpec.Hints none = new ToolSpec.Hints(false, false, false);
      return new ToolSpec(tool, description, in, shapes.of(output), streams, none, body);
    } catch (ShapeException e) {
      throw e.at("tool " + tool);
    }
  }

  /** The tool added last changes nothing: may be called again at any time. */
  public AgentBuilder readOnly() {
    return hint(h -> new ToolSpec.Hints(true, h.idempotent(), h.destructive()));
  }

  /** The tool added last, called twice, has done the same as called once. */
  public AgentBuilder idempotent() {
    return hint(h -> new ToolSpec.Hints(h.readOnly(), true, h.destructive()));
  }

  /** The tool added last may destroy something that was there before. */
  public AgentBuilder destructive() {
    return hint(h -> new ToolSpec.Hints(h.readOnly(), h.idempotent(), true));
  }

  private AgentBuilder hint(Function<ToolSpec.Hints, ToolSpec.Hints> change) {
    if (sources.isEmpty()) {
      throw new IllegalStateException("no tool to give the hint to: add one first");
    }
    var last = sources.remove(sources.size() - 1);
    sources.add(
        loggers ->
            last.apply(loggers).stream()
                .map(
                    s ->
                        new ToolSpec(
                            s.name(),
                            s.description(),
                            s.input(),
                            s.output(),
                            s.streams(),
                            change.apply(s.hints()),
                            s.body()))
                .toList());
    return this;
  }

  /** Takes this for the environment, instead of the process's; for tests. */
  public AgentBuilder environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /**
   * Listens, and answers from now on; stops on SIGTERM.
   *
   * @throws AgentStartException if it cannot, with what to do about it
   */
  public RunningAgent start() {
    Map<String, String> variables = environment == null ? System.getenv() : environment;
    return RunningAgent.start(this, Environment.read(variables, name, version));
  }

  String name() {
    return name;
  }

  List<AutoCloseable> owned() {
    return owned;
  }

  /**
   * @throws AgentStartException if a tool cannot be served
   */
  Toolbox toolbox(Function<String, System.Logger> loggers) {
    try {
      List<ToolSpec> specs = new ArrayList<>();
      for (var source : sources) {
        specs.addAll(source.apply(loggers));
      }
      return new Toolbox(specs);
    } catch (ShapeException e) {
      throw new AgentStartException("agent " + name + " cannot start: " + e.getMessage(), e);
    }
  }
}
