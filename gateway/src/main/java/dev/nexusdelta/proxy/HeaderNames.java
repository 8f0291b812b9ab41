package dev.nexusdelta.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A set of header names, asked without regard to case and without garbage. Immutable. */
final class HeaderNames {
  private final String[][] byLength;

  private HeaderNames(String[][] byLength) {
    this.byLength = byLength;
  }

  static HeaderNames of(String... names) {
    List<List<String>> lists = new ArrayList<>();
    for (String name : names) {
      while (lists.size() <= name.length()) {
        lists.add(new ArrayList<>());
      }
      lists.get(name.length()).add(name.toLowerCase(Locale.ROOT));
    }
    return new HeaderNames(
        lists.stream().map(list -> list.toArray(String[]::new)).toArray(String[][]::new));
  }

  boolean contains(String name) {
    if (name.length() >= byLength.length) {
      return false;
    }
    for (String candidate : byLength[name.length()]) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
