package dev.nexusdelta.cli.export;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.folder.FolderCopy;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.code.Builds;
import dev.nexusdelta.host.code.Compiler;
import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Folders that images of agents are built from. Blocking, one thread.
 *
 * <p>Java agents are compiled here, as a gateway would, so that no compiler is needed in a build.
 */
final class BuildFolders implements AutoCloseable {
  private static final String DOCKERFILE = "Dockerfile";

  private final JavaHome java;
  private final Compiler compiler;
  private final Builds builds;

  /**
   * For one export.
   *
   * @param work an empty folder for what is compiled
   * @param runtime jars of the agents' runtime
   */
  BuildFolders(Path work, List<Path> runtime) throws IOException {
    this.java = JavaHome.of(Path.of(System.getProperty("java.home")));
    this.compiler = new Compiler(java, 2, work.resolve("compiler.log"), System::nanoTime);
    this.builds =
        new Builds(
            work.resolve("builds"), compiler, java.feature(), runtime, (folder, manifest) -> "");
  }

  /** The JDK that compiles: an image with an older one cannot run its code. */
  int feature() {
    return java.feature();
  }

  /**
   * Fills the folder of a Java agent.
   *
   * @throws BuildFailedException when the code does not build
   */
  void java(Manifest manifest, AgentFolder from, String base, Path to)
      throws IOException, InterruptedException {
    Release release =
        new Release(
            manifest.name(),
            "export",
            manifest.version(),
            manifest,
            "",
            0,
            100,
            List.of(),
            Instant.EPOCH);
    Build build = builds.prepare(release, from.path());
    Files.createDirectories(to);
    List<Path> libraries = build.jars().subList(1, build.jars().size());
    Files.copy(build.jars().get(0), to.resolve("agent.jar"));
    for (Path library : libraries) {
      Path copy = to.resolve("lib").resolve(library.getFileName());
      Files.createDirectories(copy.getParent());
      Files.copy(library, copy);
    }
    Files.writeString(
        to.resolve(DOCKERFILE), javaFile(manifest, base, build, !libraries.isEmpty()));
  }

  private String javaFile(Manifest manifest, String base, Build build, boolean libraries) {
    String sizes =
        JvmFlags.of(java, manifest.resources(), Optional.empty()).stream()
            .filter(flag -> flag.matches("-Xmx.*|-XX:(MaxMetaspaceSize|ActiveProcessorCount)=.*"))
            .map(flag -> "\"" + flag + "\", ")
            .collect(Collectors.joining());
    return "FROM "
        + base
        + "\n"
        + (libraries ? "COPY lib/ /agent/lib/\n" : "")
        + "COPY agent.jar /agent/agent.jar\n"
        + "ENTRYPOINT [\"/nexus/java/bin/java\", \"@/nexus/jvm.options\", "
        + sizes
        + "\"@/nexus/launch.options\"]\n"
        + "CMD [\""
        + build.mainClass().orElseThrow()
        + "\"]\n";
  }

  /**
   * Copies the folder of an agent that is a command; it may bring a Dockerfile of its own.
   *
   * @return files that were left out for what they may hold
   */
  List<String> command(AgentFolder from, String base, Path to) throws IOException {
    FolderCopy copies = FolderCopy.of(from.path());
    copies.into(to);
    if (!copies.files().containsKey(DOCKERFILE)) {
      Files.writeString(
          to.resolve(DOCKERFILE), "FROM " + base + "\nWORKDIR /agent\nCOPY . /agent/\n");
      Files.writeString(to.resolve(".dockerignore"), DOCKERFILE + "\n.dockerignore\n");
    }
    return copies.secrets();
  }

  @Override
  public void close() {
    compiler.close();
  }
}
