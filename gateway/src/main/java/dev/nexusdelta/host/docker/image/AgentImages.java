package dev.nexusdelta.host.docker.image;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.code.JvmFlags;
import dev.nexusdelta.host.code.ShellLine;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plans the images of agents: libraries and native libraries in layers of their own, the agent's
 * own code last, so that a change of it sends and stores little. Blocking, for any thread.
 *
 * @param namespace begins the names of images: {@code nexus}
 * @param processor of the engine's machine, as {@code os.arch} says it
 */
public record AgentImages(String namespace, String processor) {
  private static final String RUNTIME = "/nexus/runtime.jar";
  private static final String LAUNCH = "dev.nexusdelta.agent.Launch";
  private static final String NATIVES = "/agent/native";

  /**
   * The image of a Java agent.
   *
   * @throws BuildFailedException if the base's JVM is older than the agent's code
   */
  public ImagePlan java(Release release, Build build, JavaBase base) throws IOException {
    if (build.feature() > base.feature()) {
      throw new BuildFailedException(
          "%s is compiled for JDK %d, and the base image runs JDK %d: make the base again with docker/local-bases or --build-arg JAVA=%d"
              .formatted(release.agent(), build.feature(), base.feature(), build.feature()),
          List.of());
    }
    List<Path> libraries = build.jars().subList(1, build.jars().size());
    NativeLibraries natives = NativeLibraries.in(build.jars(), processor);
    List<Entry> entries = new ArrayList<>();
    libraries.forEach(jar -> entries.add(Entry.plain("lib/" + jar.getFileName(), jar)));
    natives.files().forEach((name, file) -> entries.add(new Entry("native/" + name, true, file)));
    List<Entry> files =
        FolderFiles.of(build.folder(), "files/", name -> isData(release, name, libraries));
    entries.addAll(files);
    entries.add(Entry.plain("agent.jar", build.jars().get(0)));
    List<String> entrypoint = entrypoint(release, build, libraries, natives);
    StringBuilder dockerfile = new StringBuilder("FROM " + base.id() + "\n");
    copy(dockerfile, !libraries.isEmpty(), "lib/ /agent/lib/");
    copy(dockerfile, !natives.files().isEmpty(), "native/ " + NATIVES + "/");
    copy(dockerfile, !files.isEmpty(), "files/ /agent/");
    copy(dockerfile, true, "agent.jar /agent/agent.jar");
    dockerfile.append("ENTRYPOINT ").append(new JsonArray(entrypoint).encode()).append('\n');
    entries.add(Entry.text("Dockerfile", dockerfile.toString()));
    Map<String, String> labels = labels(release);
    labels.put("nexus.modules", Modules.text(base.modules()));
    return plan(release, entries, labels, entrypoint);
  }

  /**
   * The image of an agent that is a command line: its folder's own Dockerfile, or the folder on top
   * of {@code commandBase}.
   *
   * @throws BuildFailedException if the folder's {@code .dockerignore} cannot be understood
   */
  public ImagePlan command(Release release, Run.Command run, Path folder, String commandBase)
      throws IOException {
    List<String> entrypoint = ShellLine.of(run.line());
    if (Files.isRegularFile(folder.resolve("Dockerfile"))) {
      return plan(release, whole(folder), labels(release), entrypoint);
    }
    List<Entry> entries =
        new ArrayList<>(FolderFiles.of(folder, "files/", name -> !name.startsWith("target/")));
    StringBuilder dockerfile = new StringBuilder("FROM " + commandBase + "\nWORKDIR /agent\n");
    copy(dockerfile, !entries.isEmpty(), "files/ /agent/");
    dockerfile.append("USER 65532:65532\nENTRYPOINT ");
    dockerfile.append(new JsonArray(entrypoint).encode()).append('\n');
    entries.add(Entry.text("Dockerfile", dockerfile.toString()));
    return plan(release, entries, labels(release), entrypoint);
  }

  private static List<Entry> whole(Path folder) throws IOException {
    try {
      return FolderFiles.whole(folder);
    } catch (IllegalArgumentException e) {
      throw new BuildFailedException(String.valueOf(e.getMessage()), List.of());
    }
  }

  /** The name of the agent's images, without tag. */
  public String name(Release release) {
    return namespace + "-agent-" + release.agent().key();
  }

  private ImagePlan plan(
      Release release, List<Entry> entries, Map<String, String> labels, List<String> entrypoint)
      throws IOException {
    // The command is in the hash even where the Dockerfile is the agent's own and does not hold it.
    Map<String, String> facts = new TreeMap<>(labels);
    facts.put("entrypoint", entrypoint.toString());
    BuildContext context = new BuildContext(entries, facts);
    return new ImagePlan(
        name(release) + ":" + context.hash(), context, Map.of(), labels, entrypoint);
  }

  private static Map<String, String> labels(Release release) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("nexus.image", "agent");
    labels.put("nexus.agent", release.agent().toString());
    labels.put("nexus.version", release.version());
    return labels;
  }

  private static void copy(StringBuilder dockerfile, boolean any, String what) {
    if (any) {
      dockerfile.append("COPY ").append(what).append('\n');
    }
  }

  /** Neither source nor jars: those are in the image in another form. */
  private static boolean isData(Release release, String name, List<Path> libraries) {
    if (name.startsWith("target/") || name.endsWith(".java") || name.endsWith(".class")) {
      return false;
    }
    Set<String> jars =
        libraries.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.toSet());
    boolean library = jars.contains(name.substring(name.lastIndexOf('/') + 1));
    boolean own = release.manifest().run() instanceof Run.Java java && java.file().equals(name);
    return !library && !own;
  }

  private static List<String> entrypoint(
      Release release, Build build, List<Path> libraries, NativeLibraries natives) {
    List<String> line = new ArrayList<>();
    line.add("/nexus/java/bin/java");
    line.add("@/nexus/jvm.options");
    line.addAll(JvmFlags.sizes(release.manifest().resources()));
    if (!natives.files().isEmpty()) {
      line.add("-Djava.library.path=" + NATIVES + ":/agent");
      natives.properties().forEach(property -> line.add("-D" + property + "=" + NATIVES));
    }
    // The runtime comes first: the archive of classes fits only a class path that begins with it.
    List<String> classPath = new ArrayList<>(List.of(RUNTIME, "/agent/agent.jar"));
    libraries.forEach(jar -> classPath.add("/agent/lib/" + jar.getFileName()));
    line.add("-cp");
    line.add(String.join(":", classPath));
    line.add(LAUNCH);
    line.add(build.mainClass().orElseThrow());
    return line;
  }
}
