package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record, as an object with a property per component. */
final class RecordShape implements Shape {
  private final Class<?> type;
  private final Properties properties = new Properties();
  private final Constructor<?> constructor;
  private final Method[] accessors;

  /** Without its properties, so that a record may contain itself. */
  RecordShape(Class<?> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] classes = new Class<?>[components.length];
    accessors = new Method[components.length];
    for (int i = 0; i < components.length; i++) {
      classes[i] = components[i].getType();
      accessors[i] = components[i].getAccessor();
      accessors[i].setAccessible(true);
    }
    try {
      constructor = type.getDeclaredConstructor(classes);
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("record without its constructor: " + type, e);
    }
  }

  Properties properties() {
    return properties;
  }

  String name() {
    return type.getSimpleName();
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    if (!is(JsonReader.Kind.OBJECT, in, faults)) {
      return null;
    }
    String pointer = in.pointer();
    int before = faults.count();
    @Nullable Object[] values = properties.read(in, faults);
    return faults.count() > before ? null : construct(values, pointer, faults);
  }

  private @Nullable Object construct(@Nullable Object[] values, String pointer, Faults faults) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        // The record's own check: the author's words are meant for the caller.
        faults.add(pointer, String.valueOf(refused.getMessage()));
        return null;
      }
      throw new IllegalStateException("constructor of " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type.getName(), e);
    }
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.object();
    for (int i = 0; i < accessors.length; i++) {
      properties.write(out, i, component(i, value));
    }
    out.endObject();
  }

  private @Nullable Object component(int i, Object value) {
    try {
      return accessors[i].invoke(value);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("accessor " + accessors[i] + " failed", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot read " + accessors[i], e);
    }
  }

  @Override
  public void keywords(SchemaWriter out) {
    properties.keywords(out);
  }

  @Override
  public String words() {
    return "an object";
  }

  @Override
  public List<Shape> parts() {
    return properties.shapes();
  }
}
