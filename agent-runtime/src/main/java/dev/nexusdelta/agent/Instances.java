package dev.nexusdelta.agent;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Makes the object of an agent's class. */
final class Instances {
  private Instances() {}

  static Object create(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException | InstantiationException e) {
      throw new AgentStartException(
          "class "
              + type.getName()
              + " cannot be made: it needs a constructor without parameters,"
              + " and must not be abstract, an interface or an inner class (make it static)",
          e);
    } catch (InvocationTargetException e) {
      throw new AgentStartException(
          "the constructor of " + type.getName() + " failed: " + e.getCause(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AgentStartException("class " + type.getName() + " cannot be made: " + e, e);
    }
  }
}
