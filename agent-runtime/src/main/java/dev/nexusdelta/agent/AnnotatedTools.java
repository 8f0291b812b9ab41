package dev.nexusdelta.agent;

import dev.nexusdelta.agent.shape.Shape;
import dev.nexusdelta.agent.shape.ShapeException;
import dev.nexusdelta.agent.shape.Shapes;
import dev.nexusdelta.agent.tools.Stages;
import dev.nexusdelta.agent.tools.ToolSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the tools of an object: its methods marked with {@link Tool}. */
final class AnnotatedTools {
  private final Object agent;
  private final Shapes shapes;
  private final Function<String, System.Logger> loggers;

  AnnotatedTools(Object agent, Shapes shapes, Function<String, System.Logger> loggers) {
    this.agent = agent;
    this.shapes = shapes;
    this.loggers = loggers;
  }

  /** By name, because the order of reflection is not that of the source. */
  List<ToolSpec> find() {
    List<ToolSpec> specs = new ArrayList<>();
    for (Class<?> type = agent.getClass();
        type != null && type != Object.class;
        type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        Tool tool = method.getAnnotation(Tool.class);
        if (tool != null && !method.isBridge()) {
          specs.add(spec(method, tool));
        }
      }
    }
    specs.sort((a, b) -> a.name().compareTo(b.name()));
    return specs;
  }

  private ToolSpec spec(Method method, Tool tool) {
    String place = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    try {
      if (!Modifier.isPublic(method.getModifiers())) {
        throw new ShapeException("is marked with @Tool but not public: make it public");
      }
      Parameter[] all = method.getParameters();
      List<Parameter> sent = new ArrayList<>();
      for (Parameter parameter : all) {
        if (parameter.getType() != ToolContext.class) {
          sent.add(named(parameter));
        }
      }
      Shape input = shapes.ofParameters(sent);
      Type result = awaited(method.getGenericReturnType());
      Type item = item(result);
      Shape output = shapes.of(item == null ? result : item);
      method.setAccessible(true);
      String name = tool.name().isEmpty() ? snakeCase(method.getName()) : tool.name();
      ToolSpec.Hints hints =
          new ToolSpec.Hints(tool.readOnly(), tool.idempotent(), tool.destructive());
      ToolSpec.Body body =
          (parameters, call) -> {
            if (!(parameters instanceof Object[] values)) {
              throw new IllegalStateException("parameters were not read as an array");
            }
            CallContext context = new CallContext(call, loggers);
            return invoke(method, arguments(all, values, context));
          };
      return new ToolSpec(name, tool.description(), input, output, item != null, hints, body);
    } catch (ShapeException e) {
      throw e.at(place);
    }
  }

  private static Parameter named(Parameter parameter) {
    Param param = parameter.getAnnotation(Param.class);
    if (!parameter.isNamePresent() && (param == null || param.name().isEmpty())) {
      throw new ShapeException(
          "the names of its parameters are lost, because it was compiled without -parameters."
              + " Compile with `javac -parameters` (Maven: <maven.compiler.parameters>true"
              + "</maven.compiler.parameters>; Gradle: options.compilerArgs.add(\"-parameters\")),"
              + " or name each one with @Param(name = \"…\")");
    }
    return parameter;
  }

  private @Nullable Object invoke(Method method, @Nullable Object[] arguments) throws Exception {
    try {
      return method.invoke(agent, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  private static @Nullable Object[] arguments(
      Parameter[] all, @Nullable Object[] sent, CallContext context) {
    if (sent.length == all.length) {
      return sent;
    }
    @Nullable Object[] arguments = new Object[all.length];
    int next = 0;
    for (int i = 0; i < all.length; i++) {
      arguments[i] = all[i].getType() == ToolContext.class ? context : sent[next++];
    }
    return arguments;
  }

  /** What is in a future; the type itself if it is none. */
  static Type awaited(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
      boolean later = Future.class.isAssignableFrom(raw) || Stages.isStage(raw);
      return later && generic.getActualTypeArguments().length == 1
          ? generic.getActualTypeArguments()[0]
          : type;
    }
    boolean rawLater =
        type instanceof Class<?> raw && (Future.class.isAssignableFrom(raw) || Stages.isStage(raw));
    return rawLater ? Object.class : type;
  }

  /** What a publisher gives; null if the type is none. */
  private static @Nullable Type item(Type type) {
    boolean generic = type instanceof ParameterizedType;
    Type raw = generic ? ((ParameterizedType) type).getRawType() : type;
    if (!(raw instanceof Class<?> known) || !Flow.Publisher.class.isAssignableFrom(known)) {
      return null;
    }
    Type[] arguments = generic ? ((ParameterizedType) type).getActualTypeArguments() : new Type[0];
    return arguments.length == 1 ? arguments[0] : Object.class;
  }

  static String snakeCase(String method) {
    StringBuilder name = new StringBuilder(method.length() + 4);
    for (int i = 0; i < method.length(); i++) {
      char c = method.charAt(i);
      boolean newWord =
          Character.isUpperCase(c)
              && i > 0
              && (!Character.isUpperCase(method.charAt(i - 1))
                  || (i + 1 < method.length() && Character.isLowerCase(method.charAt(i + 1))));
      if (newWord && method.charAt(i - 1) != '_') {
        name.append('_');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }
}
