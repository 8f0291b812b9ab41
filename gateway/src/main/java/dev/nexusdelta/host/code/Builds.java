package dev.nexusdelta.host.code;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.code.compiler.CompileAnswer;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders {@code <data>/builds/<key>/<release>/}: made whole beside their place and renamed, so
 * that one that exists is complete. Blocking, thread-safe for different releases.
 */
public final class Builds {
  private static final Logger log = LoggerFactory.getLogger(Builds.class);
  private static final String RECORD = "build.json";
  private static final String FRESH = ".new-";
  private static final int KEPT = 5;

  private final Path root;
  private final Compiler compiler;
  private final List<Path> runtime;
  private final int feature;
  private final BiFunction<Path, Manifest, String> codeHash;

  /**
   * @param feature of the Java that runs what is built
   * @param runtime jars of the agents' runtime
   * @param codeHash of the code that an agent's folder holds now
   */
  public Builds(
      Path root,
      Compiler compiler,
      int feature,
      List<Path> runtime,
      BiFunction<Path, Manifest, String> codeHash) {
    this.root = root;
    this.compiler = compiler;
    this.feature = feature;
    this.runtime = List.copyOf(runtime);
    this.codeHash = codeHash;
  }

  /** The same, for replicas that run on this Java if it is older than the one that compiles. */
  public Builds runBy(int java) {
    return new Builds(root, compiler, Math.min(feature, java), runtime, codeHash);
  }

  /** Deletes what builds that were cut off have left; before the first one only. */
  public void deleteHalfMade() throws IOException {
    try (Stream<Path> all = Files.walk(root, 2)) {
      for (Path path : all.toList()) {
        if (path.getFileName().toString().startsWith(FRESH)) {
          delete(path);
        }
      }
    }
  }

  /** The build made earlier, unless by a JDK that is newer than today's. */
  public Optional<Build> find(AgentName agent, String release) throws IOException {
    Path home = home(agent, release);
    Path record = home.resolve(RECORD);
    return Files.exists(record)
        ? Optional.of(Build.fromJson(Files.readString(record), home))
            .filter(build -> build.feature() <= feature)
        : Optional.empty();
  }

  /**
   * Makes the build, or finds it made already.
   *
   * @throws BuildFailedException when the code does not build
   */
  public Build prepare(Release release, Path folder) throws IOException, InterruptedException {
    Path absolute = folder.toAbsolutePath().normalize();
    Path home = home(release.agent(), release.id());
    Optional<Build> known = find(release.agent(), release.id());
    if (known.isPresent()) {
      Build moved = known.get().in(absolute);
      if (!moved.equals(known.get())) {
        Files.writeString(home.resolve(RECORD), moved.toJson(home));
      }
      return moved;
    }
    Files.createDirectories(home.getParent());
    Path fresh = Files.createTempDirectory(home.getParent(), FRESH);
    try {
      Build build = make(release, absolute, fresh);
      Files.writeString(fresh.resolve(RECORD), build.toJson(fresh));
      delete(home);
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
      return Build.fromJson(Files.readString(home.resolve(RECORD)), home);
    } finally {
      delete(fresh);
    }
  }

  private Build make(Release release, Path folder, Path target)
      throws IOException, InterruptedException {
    Run run = release.manifest().run();
    if (run instanceof Run.Java java) {
      try {
        return makeJava(java, folder, target);
      } finally {
        // Neither classes nor faults of other code are this release's.
        checkUnchanged(release, folder);
      }
    }
    if (run instanceof Run.Command) {
      return new Build(folder, Optional.empty(), List.of(), 0);
    }
    throw new BuildFailedException(
        release.agent()
            + ": the process host runs 'java' and 'command' agents, not "
            + run.fold(j -> "'java'", c -> "'command'", i -> "'image'", u -> "'url'")
            + "; use one of those two, or run.url for an agent that runs elsewhere",
        List.of());
  }

  private void checkUnchanged(Release release, Path folder) throws IOException {
    if (!codeHash.apply(folder, release.manifest()).equals(release.codeHash())) {
      throw new IOException(
          "the code in %s is not (any more) that of release %s; it is tried again shortly"
              .formatted(folder, release.id()));
    }
  }

  private Build makeJava(Run.Java java, Path folder, Path target)
      throws IOException, InterruptedException {
    Path file = folder.resolve(java.file()).normalize();
    if (!Files.isRegularFile(file)) {
      throw new BuildFailedException(
          java.file() + " does not exist in " + folder + ": create it or correct run.java",
          List.of());
    }
    if (runtime.isEmpty()) {
      throw new IOException(
          "the runtime of Java agents is missing from the installation: build it again (mvn package)");
    }
    List<Path> libraries = copyLibraries(java, folder, target);
    Path jar = target.resolve("agent.jar");
    List<Path> jars = new ArrayList<>();
    jars.add(jar);
    jars.addAll(libraries);
    if (java.file().endsWith(".jar")) {
      Files.copy(file, jar);
      return new Build(folder, Optional.of(mainClassOf(jar, java.file())), jars, 0);
    }
    String mainClass = compile(java.file(), file, libraries, jar);
    return new Build(folder, Optional.of(mainClass), jars, feature);
  }

  private String compile(String name, Path file, List<Path> libraries, Path jar)
      throws IOException, InterruptedException {
    if (!name.endsWith(".java")) {
      throw new BuildFailedException(
          "run.java names " + name + ": expected a .java file or a .jar", List.of());
    }
    List<Path> classPath = new ArrayList<>(runtime);
    classPath.addAll(libraries);
    CompileAnswer answer = compiler.compile(file, classPath, runtime.size(), jar, feature);
    if (!answer.failure().isEmpty()) {
      throw new IOException("cannot compile " + name + ": " + answer.failure());
    }
    if (!answer.faults().isEmpty() || answer.mainClass().isEmpty()) {
      List<BuildFailedException.Diagnostic> faults =
          answer.faults().stream()
              .map(
                  f -> new BuildFailedException.Diagnostic(name, f.line(), f.column(), f.message()))
              .toList();
      throw new BuildFailedException(summary(name, faults), faults);
    }
    return answer.mainClass();
  }

  private static String summary(String name, List<BuildFailedException.Diagnostic> faults) {
    if (faults.isEmpty()) {
      return name + " does not compile";
    }
    String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
    return faults.get(0) + more;
  }

  private static String mainClassOf(Path jar, String name) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String mainClass =
          file.getManifest() == null
              ? null
              : file.getManifest().getMainAttributes().getValue("Main-Class");
      if (mainClass == null) {
        throw new BuildFailedException(
            name + " has no Main-Class in its manifest: let its build write one", List.of());
      }
      return mainClass;
    }
  }

  private static List<Path> copyLibraries(Run.Java java, Path folder, Path target)
      throws IOException {
    List<Path> copies = new ArrayList<>();
    for (String entry : java.classpath()) {
      for (Path library : expand(entry, folder)) {
        Path lib = Files.createDirectories(target.resolve("lib"));
        Path copy = lib.resolve(library.getFileName());
        Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
        if (!copies.contains(copy)) {
          copies.add(copy);
        }
      }
    }
    return copies;
  }

  /** A pattern may match nothing; a name must exist. */
  private static List<Path> expand(String entry, Path folder) throws IOException {
    Path path = folder.resolve(entry).normalize();
    if (!entry.contains("*")) {
      if (!Files.isRegularFile(path)) {
        throw new BuildFailedException(
            "run.classpath names " + entry + ", which does not exist in " + folder, List.of());
      }
      return List.of(path);
    }
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> matches =
        Files.newDirectoryStream(parent, path.getFileName().toString())) {
      matches.forEach(found::add);
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /** Deletes all but the newest builds of the agent; those in use stay however old. */
  public void prune(AgentName agent, Set<String> inUse) {
    try (Stream<Path> homes = Files.list(root.resolve(agent.key()))) {
      List<Path> oldestLast =
          homes
              .filter(home -> Files.exists(home.resolve(RECORD)))
              .sorted(Comparator.comparing(Builds::modified).reversed())
              .toList();
      for (Path home : oldestLast.subList(Math.min(KEPT, oldestLast.size()), oldestLast.size())) {
        if (!inUse.contains(home.getFileName().toString())) {
          delete(home);
        }
      }
    } catch (IOException e) {
      log.warn("cannot delete old builds of {}: {}", agent, e.toString());
    }
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private Path home(AgentName agent, String release) {
    return root.resolve(agent.key()).resolve(release);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
