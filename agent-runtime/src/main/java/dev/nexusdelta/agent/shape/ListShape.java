package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists, sets and arrays. */
final class ListShape implements Shape {
  /** What the elements are kept in. */
  enum Store {
    LIST,
    SET,
    ARRAY
  }

  private final Store store;
  private final Class<?> elementClass;
  private final Shape element;
  private final int minItems;
  private final int maxItems;

  /**
   * @param elementClass class of an array's elements; of no matter for others
   */
  ListShape(Store store, Class<?> elementClass, Shape element, Notes notes) {
    this.store = store;
    this.elementClass = elementClass;
    this.element = element;
    this.minItems = notes.minItems();
    this.maxItems = notes.maxItems();
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    if (!is(JsonReader.Kind.ARRAY, in, faults)) {
      return null;
    }
    String pointer = in.pointer();
    int before = faults.count();
    Collection<@Nullable Object> items =
        store == Store.SET ? new LinkedHashSet<>() : new ArrayList<>();
    int size = 0;
    while (in.nextElement()) {
      Object item = element.take(in, faults);
      size++;
      if (size <= maxItems && !items.add(item) && faults.count() == before) {
        faults.add(pointer + "/" + (size - 1), "must not repeat an earlier element");
      }
    }
    if (size < minItems || size > maxItems) {
      faults.add(
          pointer, "must have " + Limit.words(minItems, maxItems, "element") + ", not " + size);
    }
    if (faults.count() > before) {
      return null;
    }
    return store == Store.ARRAY ? array((List<?>) items) : items;
  }

  private Object array(List<?> items) {
    Object array = Array.newInstance(elementClass, items.size());
    if (array instanceof double[] doubles) {
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = (Double) items.get(i);
      }
    } else {
      for (int i = 0; i < items.size(); i++) {
        Array.set(array, i, items.get(i));
      }
    }
    return array;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.array();
    if (value instanceof Iterable<?> items) {
      for (Object item : items) {
        element.put(out, item);
      }
    } else {
      int length = Array.getLength(value);
      for (int i = 0; i < length; i++) {
        element.put(out, Array.get(value, i));
      }
    }
    out.endArray();
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("array");
    out.json().name("items");
    out.schema(element);
    if (minItems > 0) {
      out.json().property("minItems", minItems);
    }
    if (maxItems < Integer.MAX_VALUE) {
      out.json().property("maxItems", maxItems);
    }
    if (store == Store.SET) {
      out.json().property("uniqueItems", true);
    }
  }

  @Override
  public String words() {
    return "an array";
  }

  @Override
  public List<Shape> parts() {
    return List.of(element);
  }
}
