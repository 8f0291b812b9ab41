package dev.nexusdelta.agent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Main class of an agent's process: {@code Launch <class>} calls that class's own {@code main}, or
 * serves its methods marked {@link Tool}. Exit code 1 and one line of reason if it cannot start, 2
 * if it was called wrongly.
 */
public final class Launch {
  private Launch() {}

  /** See the class. */
  public static void main(String[] args) {
    if (args.length == 0) {
      System.err.println("usage: java -cp … dev.nexusdelta.agent.Launch <class of the agent>");
      System.exit(2);
    }
    try {
      launch(args[0], Arrays.copyOfRange(args, 1, args.length));
    } catch (AgentStartException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(1);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void launch(String name, String[] args) throws Throwable {
    Class<?> type;
    try {
      type = Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AgentStartException(
          "class " + name + " is not on the class path: check the file's name and its package", e);
    } catch (LinkageError e) {
      throw new AgentStartException("class " + name + " cannot be loaded: " + e, e);
    }
    Method main = main(type);
    if (main == null) {
      NexusAgent.run(type);
      return;
    }
    main.setAccessible(true);
    try {
      main.invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static @Nullable Method main(Class<?> type) {
    // Not getMethod: the exception of a missing one takes 10 ms of a start to word.
    for (Method method : type.getMethods()) {
      Class<?>[] parameters = method.getParameterTypes();
      if (method.getName().equals("main")
          && Modifier.isStatic(method.getModifiers())
          && parameters.length == 1
          && parameters[0] == String[].class) {
        return method;
      }
    }
    return null;
  }
}
