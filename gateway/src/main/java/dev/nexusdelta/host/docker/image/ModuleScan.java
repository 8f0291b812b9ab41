package dev.nexusdelta.host.docker.image;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which of the JDK's modules jars need, by the JDK's own {@code jdeps}: a process of its
 * own, because its memory would be the gateway's. Blocking, for any thread.
 *
 * @param javaHome of a JDK
 * @param patience with one scan
 */
public record ModuleScan(Path javaHome, Duration patience) {
  private static final Logger log = LoggerFactory.getLogger(ModuleScan.class);

  /**
   * The modules that the jars name in their code. What is only named in texts (reflection,
   * services) is not seen. Code that the tool cannot read needs everything.
   *
   * @param feature release of the JDK that will run them
   */
  public Set<String> of(List<Path> jars, List<Path> runtime, int feature)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("nexus-jdeps", ".txt");
    try {
      Process process =
          new ProcessBuilder(line(jars, runtime, feature))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended;
      try {
        ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8).strip();
      if (ended && process.exitValue() == 0 && said.matches("[a-z0-9.,]+")) {
        return Modules.parse(said);
      }
      log.warn(
          "{}: jdeps {}, so the image gets all modules of the JDK: {}",
          jars.get(0),
          ended ? "ended with " + process.exitValue() : "took longer than " + patience,
          said.lines().findFirst().orElse("it said nothing"));
      return Modules.ALL;
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private List<String> line(List<Path> jars, List<Path> runtime, int feature) {
    List<String> line = new ArrayList<>();
    line.add(javaHome.resolve("bin").resolve("jdeps").toString());
    line.addAll(List.of("-J-Xmx256m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("--print-module-deps", "--ignore-missing-deps"));
    line.addAll(List.of("--multi-release", Integer.toString(feature)));
    line.add("--class-path");
    line.add(String.join(File.pathSeparator, runtime.stream().map(Path::toString).toList()));
    jars.forEach(jar -> line.add(jar.toString()));
    return line;
  }
}
