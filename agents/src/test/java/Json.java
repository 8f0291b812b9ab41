import java.util.List;
import java.util.Map;

/** Looks into a result as a caller gets it. */
record Json(Object value) {

  private Object at(String... path) {
    Object found = value;
    for (String step : path) {
      if (!(found instanceof Map<?, ?> members)) {
        throw new AssertionError("no object around " + step + " in " + value);
      }
      found = members.get(step);
    }
    return found;
  }

  double number(String... path) {
    Object found = at(path);
    if (found instanceof Number number) {
      return number.doubleValue();
    }
    throw new AssertionError(String.join("/", path) + " is no number: " + found);
  }

  String text(String... path) {
    Object found = at(path);
    if (found instanceof String text) {
      return text;
    }
    throw new AssertionError(String.join("/", path) + " is no string: " + found);
  }

  boolean flag(String... path) {
    return Boolean.TRUE.equals(at(path));
  }

  /** Missing or null: callers may not rely on the difference. */
  boolean isAbsent(String... path) {
    return at(path) == null;
  }

  List<Json> list(String... path) {
    Object found = at(path);
    if (found instanceof List<?> items) {
      return items.stream().map(Json::new).toList();
    }
    throw new AssertionError(String.join("/", path) + " is no list: " + found);
  }

  List<String> texts(String... path) {
    return list(path).stream().map(item -> (String) item.value()).toList();
  }
}
