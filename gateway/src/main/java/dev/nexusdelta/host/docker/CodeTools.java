package dev.nexusdelta.host.docker;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.code.Builds;
import dev.nexusdelta.host.code.Compiler;
import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** What turns an agent's folder into files of an image. Blocking, thread-safe. */
record CodeTools(
    JavaHome java,
    Compiler compiler,
    Builds builds,
    List<Path> runtime,
    BiFunction<Path, Manifest, String> codeHash) {

  /** Looks at the machine and the data folder; fails with what is missing. */
  static CodeTools open(DockerHostSettings settings, int threads, LongSupplier nanos)
      throws IOException {
    for (Path folder : List.of(settings.builds(), settings.cache(), settings.containerLogs())) {
      Files.createDirectories(folder);
    }
    JavaHome java = JavaHome.of(settings.javaHome());
    List<Path> runtime = jarsIn(settings.agentRuntime());
    Compiler compiler =
        new Compiler(java, threads, settings.cache().resolve("compiler.log"), nanos);
    Builds builds =
        new Builds(settings.builds(), compiler, java.feature(), runtime, settings.codeHash());
    builds.deleteHalfMade();
    return new CodeTools(java, compiler, builds, runtime, settings.codeHash());
  }

  /** Fails when the folder does not hold the release's code any more. */
  void checkUnchanged(Release release, Path folder) throws IOException {
    if (!codeHash.apply(folder, release.manifest()).equals(release.codeHash())) {
      throw new IOException(
          "the code in %s is not (any more) that of release %s; it is tried again shortly"
              .formatted(folder, release.id()));
    }
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
        found.forEach(jars::add);
      }
    }
    jars.sort(Comparator.naturalOrder());
    return jars;
  }
}
