package dev.nexusdelta.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.it.Workspace;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No row of the catalogue is without a test, and no script without a row. */
class FaultTableTest {
  private static final Path FOLDER = Workspace.home().resolve("gateway/src/test/faults");

  /** What agents do, then what callers do. */
  private static final Set<String> CATALOGUE =
      Stream.concat(
              IntStream.rangeClosed(1, 27).mapToObj(row -> "A" + row),
              IntStream.rangeClosed(28, 49).mapToObj(row -> "B" + row))
          .collect(Collectors.toCollection(TreeSet::new));

  private record Line(String row, String place) {}

  private static List<Line> table() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("ROWS"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.split(" +", 2);
        lines.add(new Line(words[0], words[1].strip()));
      }
    }
    return lines;
  }

  @Test
  void everyRowOfTheCatalogueIsInTheTable() throws IOException {
    Set<String> named = table().stream().map(Line::row).collect(Collectors.toSet());
    assertThat(named).containsExactlyInAnyOrderElementsOf(CATALOGUE);
  }

  @Test
  void whatTheTableNamesIsThere() throws Exception {
    for (Line line : table()) {
      String place = line.place();
      if (place.startsWith("- ")) {
        assertThat(place.length()).as("the reason of %s", line).isGreaterThan(10);
      } else if (place.indexOf('#') > 0) {
        String[] words = place.split("#", 2);
        Class<?> test = Class.forName("dev.nexusdelta." + words[0]);
        assertThat(Arrays.stream(test.getDeclaredMethods()).map(Method::getName))
            .as("%s", line)
            .contains(words[1]);
      } else {
        assertThat(FOLDER.resolve(place)).as("%s", line).isRegularFile();
      }
    }
  }

  @Test
  void everyScriptIsInTheTableForTheRowsItsPromiseNames() throws IOException {
    List<Line> table = table();
    for (FaultRow script : FaultRow.in(FOLDER)) {
      String file = script.file().getFileName().toString();
      String rows = script.promise().substring(0, script.promise().indexOf(':'));
      assertThat(
              table.stream()
                  .filter(line -> line.place().equals(file))
                  .map(Line::row)
                  .collect(Collectors.joining(", ")))
          .as("rows of %s", file)
          .isEqualTo(rows);
    }
  }
}
