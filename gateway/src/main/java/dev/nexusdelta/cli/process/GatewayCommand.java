package dev.nexusdelta.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of the gateway's JVM: the one place of its flags.
 *
 * @param javaHome JDK to run on
 * @param feature that JDK's version, such as 17
 * @param layout folder with {@code lib/} and {@code agent/}
 * @param classPath jars of the gateway
 * @param archive shared archive of the gateway's classes for this JDK and build; empty = there is
 *     none
 */
public record GatewayCommand(
    Path javaHome, int feature, Path layout, String classPath, Optional<Path> archive) {
  private static final String MAIN_CLASS = "dev.nexusdelta.app.GatewayMain";
  private static final String REHEARSAL_CLASS = "dev.nexusdelta.app.GatewayRehearsal";

  /** The first JDK that makes its cache of classes in one step. */
  private static final int AOT = 25;

  /** Same on every JDK. */
  private static final List<String> FLAGS =
      List.of(
          // Agents are processes of their own: the gateway holds tables and bodies in flight.
          // A request leaves a few KB of garbage: with room for thousands between two collections
          // these cost a tenth of a microsecond a request.
          "-Xms40m",
          "-Xmn24m",
          // Thousands of agents need more than a hundred, which fit into 64 MB: the heap follows
          // what lives in it closely, up or down, and at once.
          "-Xmx384m",
          "-XX:MinHeapFreeRatio=15",
          "-XX:MaxHeapFreeRatio=30",
          "-XX:-ShrinkHeapInSteps",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "-Xss512k",
          "-Dfile.encoding=UTF-8",
          "-Dvertx.disableFileCPResolving=true",
          // There is one class loader.
          "-Dvertx.disableTCCL=true",
          // Names of run.url are asked again every 5 s: an answer kept for 30 s would hide
          // replicas.
          "-Dsun.net.inetaddr.ttl=3",
          "-Dsun.net.inetaddr.negative.ttl=1",
          "-Dio.netty.leakDetection.level=disabled",
          // In a small heap the default one has no pool for buffers above 16 KiB: large bodies then
          // cost twice as much, and direct memory runs out under load.
          "-Dio.netty.allocator.type=pooled",
          "-Dhazelcast.phone.home.enabled=false",
          "-Dhazelcast.logging.type=slf4j");

  /** The command for the JDK and the class path that this process itself runs with. */
  public static GatewayCommand likeThisProcess(Path layout) {
    return new GatewayCommand(
        Path.of(System.getProperty("java.home")),
        Runtime.version().feature(),
        layout,
        System.getProperty("java.class.path"),
        Optional.ofNullable(System.getProperty("nexus.gateway.archive"))
            .map(Path::of)
            .filter(GatewayCommand::isUsable));
  }

  /** The same with an archive, unless that could not be made. */
  public GatewayCommand with(Path made) {
    return new GatewayCommand(
        javaHome, feature, layout, classPath, Optional.of(made).filter(GatewayCommand::isUsable));
  }

  /** An empty file says that making one was tried in vain. */
  private static boolean isUsable(Path archive) {
    try {
      return Files.size(archive) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The command that makes the archive: a short life of a gateway of its own, which notes the
   * classes it needs.
   */
  public List<String> rehearsal(Path output) {
    String flag = feature >= AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
    List<String> line = line(Map.of(), List.of(flag + output));
    line.set(line.indexOf(MAIN_CLASS), REHEARSAL_CLASS);
    return line;
  }

  /**
   * The whole command.
   *
   * @param flags of the gateway by key ({@code listen}, {@code data}, …)
   * @param extra flags of the JVM, later ones win
   */
  public List<String> line(Map<String, String> flags, List<String> extra) {
    List<String> line = new ArrayList<>();
    line.add(javaHome.resolve("bin").resolve("java").toString());
    line.addAll(FLAGS);
    if (feature >= 23) {
      // Hazelcast's queues; the JVM refuses to start with it below 23.
      line.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (feature >= 22) {
      // Netty's transports and SQLite are native.
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    if (feature >= AOT) {
      // Compiling takes tens of MB for a moment, which the C library keeps otherwise. Older JDKs
      // know this in some updates only.
      line.add("-XX:TrimNativeHeapInterval=10000");
    }
    archive.ifPresent(
        file -> line.add((feature >= AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + file));
    line.addAll(extra);
    line.add("-Dnexus.layout=" + layout);
    line.add("-cp");
    line.add(classPath);
    line.add(MAIN_CLASS);
    flags.forEach(
        (key, value) -> {
          line.add("--" + key);
          line.add(value);
        });
    return line;
  }

  /** Whether a command line, as {@code /proc} shows it, is that of a gateway. */
  static boolean isGateway(String commandLine) {
    return commandLine.contains(MAIN_CLASS);
  }
}
