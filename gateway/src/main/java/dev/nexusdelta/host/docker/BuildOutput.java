package dev.nexusdelta.host.docker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a build says, line by line, and what it says of its result. For one thread. */
final class BuildOutput {
  private static final Pattern BUILT = Pattern.compile("Successfully built ([0-9a-f]{12,64})");
  private static final int LAST_LINES = 20;

  private final Deque<String> last = new ArrayDeque<>();
  private Optional<String> image = Optional.empty();

  void add(String line) {
    last.add(line);
    if (last.size() > LAST_LINES) {
      last.remove();
    }
    Matcher built = BUILT.matcher(line.strip());
    if (built.matches()) {
      image = Optional.of(built.group(1));
    }
  }

  /** The id of what came out, perhaps short. */
  Optional<String> image() {
    return image;
  }

  List<String> last() {
    return List.copyOf(last);
  }
}
