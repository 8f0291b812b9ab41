package dev.nexusdelta.host.docker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a build says, line by line, and what it says of its result. For one thread. */
final class BuildOutput {
  private static final Pattern BUILT = Pattern.compile("Successfully built ([0-9a-f]{12,64})");
  private static final Pattern STEP = Pattern.compile("Step [0-9]+/[0-9]+ : (\\S+).*");
  private static final Pattern RESULT = Pattern.compile("---> ([0-9a-f]{12,64})");
  private static final int LAST_LINES = 20;

  private final Deque<String> last = new ArrayDeque<>();
  private final List<String> stages = new ArrayList<>();
  private Optional<String> image = Optional.empty();
  private String step = "";
  private String result = "";

  void add(String line) {
    Matcher begun = STEP.matcher(line.strip());
    if (begun.matches()) {
      step = begun.group(1);
      if (step.equals("FROM") && !result.isEmpty()) {
        stages.add(result);
        result = "";
      }
    }
    Matcher made = RESULT.matcher(line.strip());
    if (made.matches() && !step.equals("FROM")) {
      result = made.group(1);
    }
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

  /** Short ids of what the stages before the last came to; bases that they begin with are none. */
  List<String> stages() {
    return List.copyOf(stages);
  }

  List<String> last() {
    return List.copyOf(last);
  }
}
