package dev.nexusdelta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's map is what is on disk, and files stay small enough to be one idea each. */
class HouseTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void readmeNamesEveryModuleAndTheImages() throws IOException {
    String map = section("## The house");
    Set<String> named =
        Pattern.compile("(?m)^([a-z-]+)/ ")
            .matcher(map)
            .results()
            .map(first())
            .collect(Collectors.toSet());
    try (Stream<Path> entries = Files.list(ROOT)) {
      assertThat(named)
          .containsExactlyInAnyOrderElementsOf(
              entries
                  .filter(
                      entry -> Files.exists(entry.resolve("pom.xml")) || entry.endsWith("docker"))
                  .map(entry -> entry.getFileName().toString())
                  .toList());
    }
  }

  @Test
  void readmeNamesEveryPackageOfTheGateway() throws IOException {
    String floors = section("## The house").split("```", -1)[3];
    Set<String> named =
        floors
            .lines()
            .filter(line -> line.contains("  "))
            .map(line -> line.substring(0, Math.min(54, line.length())))
            .flatMap(line -> Stream.of(line.trim().split(" +")))
            .collect(Collectors.toCollection(TreeSet::new));
    Path base = ROOT.resolve("gateway/src/main/java/dev/nexusdelta");
    try (Stream<Path> files = Files.walk(base)) {
      Set<String> packages =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> room(base.relativize(file.getParent())))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(named).isEqualTo(packages);
    }
  }

  @Test
  void everyFileIsOneIdea() throws IOException {
    for (String module :
        new String[] {"agent-runtime", "discovery", "sdk", "gateway", "loadtest"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        assertThat(files.filter(file -> file.toString().endsWith(".java")))
            .allSatisfy(
                file -> assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThan(340));
      }
    }
  }

  /** The map shows the upper levels only: hosts one by one, all else by its first name. */
  private static String room(Path folder) {
    int depth = folder.startsWith("host") ? Math.min(2, folder.getNameCount()) : 1;
    return folder.subpath(0, depth).toString().replace('/', '.');
  }

  private static String section(String title) throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    int start = readme.indexOf(title);
    assertThat(start).as("README section %s", title).isNotNegative();
    int end = readme.indexOf("\n## ", start + 1);
    return readme.substring(start, end < 0 ? readme.length() : end);
  }

  private static java.util.function.Function<MatchResult, String> first() {
    return result -> result.group(1);
  }
}
