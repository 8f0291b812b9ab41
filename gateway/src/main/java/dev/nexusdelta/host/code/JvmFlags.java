package dev.nexusdelta.host.code;

import dev.nexusdelta.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Flags of an agent's JVM: small and quick to start, because a hundred of them share a machine.
 * Pure.
 */
public final class JvmFlags {
  private static final long MIB = 1L << 20;
  private static final long DEFAULT_HEAP = 64 * MIB;
  private static final long SMALLEST_HEAP = 16 * MIB;
  private static final double HEAP_SHARE = 0.6;

  /** Room for the classes of the runtime and of a handful of libraries. */
  private static final long DEFAULT_METASPACE = 64 * MIB;

  /** These must be the same for the class archive and for those who use it. */
  private static final List<String> COMMON =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms4m",
          "-Xss512k",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:-UsePerfData",
          // The next two are for this: the archive is mapped where it was made for, which saves
          // 30 ms of each start and 15 MB of each agent. A JDK that lacks it goes on without.
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dsun.net.httpserver.nodelay=true");

  private JvmFlags() {}

  /** For a replica; {@code archive} is the shared class archive, if there is one. */
  public static List<String> of(
      JavaHome java, Manifest.Resources resources, Optional<Path> archive) {
    List<String> flags = new ArrayList<>(COMMON);
    flags.addAll(sizes(resources));
    archive.ifPresent(file -> flags.addAll(useArchive(java, file)));
    return flags;
  }

  /** Those that are the same for all agents, with and without an archive. */
  public static List<String> common() {
    return COMMON;
  }

  /** Those that follow from what the manifest grants. */
  public static List<String> sizes(Manifest.Resources resources) {
    List<String> flags = new ArrayList<>();
    long memory = resources.memoryBytes().orElse(0);
    long heap = memory == 0 ? DEFAULT_HEAP : Math.max(SMALLEST_HEAP, (long) (memory * HEAP_SHARE));
    flags.add("-Xmx" + (heap >> 10) + "k");
    flags.add("-XX:MaxMetaspaceSize=" + (Math.max(DEFAULT_METASPACE, memory / 4) >> 10) + "k");
    if (resources.cpus().isPresent()) {
      int processors = (int) Math.max(1, Math.ceil(resources.cpus().getAsDouble()));
      flags.add("-XX:ActiveProcessorCount=" + processors);
    }
    return flags;
  }

  /** For the run that makes the archive. */
  public static List<String> forTraining(JavaHome java, Path archive) {
    List<String> flags = new ArrayList<>(COMMON);
    flags.add("-Xmx" + (DEFAULT_HEAP >> 10) + "k");
    if (isAhead(java)) {
      // Profiles would cost each agent 6 MB, and the one compiler used has no use for them.
      flags.add("-XX:-AOTRecordTraining");
      flags.add("-XX:AOTCacheOutput=" + archive);
    } else {
      flags.add("-XX:ArchiveClassesAtExit=" + archive);
    }
    return flags;
  }

  /** The file ending of this JDK's archives. */
  public static String archiveEnding(JavaHome java) {
    return isAhead(java) ? ".aot" : ".jsa";
  }

  private static List<String> useArchive(JavaHome java, Path archive) {
    // A JVM that cannot use it goes on without; its warnings would only fill every agent's log.
    return isAhead(java)
        ? List.of("-XX:AOTCache=" + archive, "-Xlog:aot=off", "-Xlog:cds=off")
        : List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off");
  }

  /** From 25 on one step makes an ahead-of-time cache; before, an archive of classes. */
  private static boolean isAhead(JavaHome java) {
    return java.feature() >= 25;
  }
}
