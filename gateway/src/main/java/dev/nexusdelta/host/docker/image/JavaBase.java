package dev.nexusdelta.host.docker.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image on which those of Java agents stand, as its labels describe it.
 *
 * @param id the engine's, {@code sha256:…}
 * @param feature version of its JVM
 * @param modules of the JDK that it was asked to have
 * @param runtime hash of the jars of the agents' runtime; empty = not told
 * @param buildBase the image that it was linked in; empty = not told
 */
public record JavaBase(
    String id, int feature, Set<String> modules, String runtime, String buildBase) {
  private static final Pattern LOCAL = Pattern.compile("nexus-local-jdk:([0-9]{2,3})");

  /** Copies the set. */
  public JavaBase {
    modules = Set.copyOf(modules);
  }

  /** Empty if the labels are not those of a base image of Java agents. */
  public static Optional<JavaBase> of(String id, Map<String, String> labels) {
    String java = labels.getOrDefault("nexus.java", "");
    if (!"base".equals(labels.get("nexus.image")) || !java.matches("[0-9]{2,3}")) {
      return Optional.empty();
    }
    return Optional.of(
        new JavaBase(
            id,
            Integer.parseInt(java),
            Modules.parse(labels.getOrDefault("nexus.modules", "")),
            labels.getOrDefault("nexus.runtime", ""),
            labels.getOrDefault("nexus.build-base", "")));
  }

  /** Whether agents that need these modules run on it. */
  public boolean covers(Set<String> needed) {
    return Modules.missing(needed, modules).isEmpty();
  }

  /**
   * The base that has these modules too, made as this one was; {@code name:<hash of modules, JDK
   * and runtime>}. Blocking.
   *
   * @param name without tag
   * @param layout the runnable layout: {@code docker/} and {@code agent/}
   */
  public ImagePlan with(Set<String> needed, String name, Path layout) throws IOException {
    Set<String> union = new TreeSet<>(modules);
    union.addAll(Modules.missing(needed, modules));
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("MODULES", Modules.text(union));
    arguments.put("JAVA", Integer.toString(feature));
    arguments.put("RUNTIME", runtimeOf(layout));
    if (!buildBase.isEmpty()) {
      arguments.put("BUILD_BASE", buildBase);
    }
    BuildContext context = new BuildContext(files(layout), arguments);
    return new ImagePlan(name + ":" + context.hash(), context, arguments, Map.of(), List.of());
  }

  /**
   * The base as the layout describes it, {@code name:<hash>}. Blocking.
   *
   * @param name without tag
   * @param buildBases names of images that are here; of the local ones, {@code
   *     nexus-local-jdk:<feature>}, the newest is taken, else the one that the Dockerfile names
   */
  public static ImagePlan first(String name, Collection<String> buildBases, Path layout)
      throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("RUNTIME", runtimeOf(layout));
    buildBases.stream()
        .map(LOCAL::matcher)
        .filter(Matcher::matches)
        .map(local -> Integer.parseInt(local.group(1)))
        .max(Comparator.naturalOrder())
        .ifPresent(
            newest -> {
              arguments.put("BUILD_BASE", "nexus-local-jdk:" + newest);
              arguments.put("JAVA", Integer.toString(newest));
            });
    BuildContext context = new BuildContext(files(layout), arguments);
    return new ImagePlan(name + ":" + context.hash(), context, arguments, Map.of(), List.of());
  }

  /** What {@link #runtime} is for a base made from this layout; blocking. */
  public static String runtimeOf(Path layout) throws IOException {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Path jar : jars(layout)) {
        sha.update(Files.readAllBytes(jar));
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static List<Path> jars(Path layout) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(layout.resolve("agent"), "*.jar")) {
      all.forEach(jars::add);
    }
    jars.sort(Comparator.naturalOrder());
    return jars;
  }

  /** As a docker build in the project's own folder is given. */
  private static List<Entry> files(Path layout) throws IOException {
    Path docker = layout.resolve("docker");
    List<Entry> entries = new ArrayList<>();
    entries.add(Entry.plain("Dockerfile", docker.resolve("Dockerfile.agent")));
    entries.add(Entry.plain("docker/link-runtime", docker.resolve("link-runtime")));
    entries.add(Entry.plain("docker/agent.options", docker.resolve("agent.options")));
    for (Path jar : jars(layout)) {
      entries.add(Entry.plain("target/nexus/agent/" + jar.getFileName(), jar));
    }
    return entries;
  }
}
