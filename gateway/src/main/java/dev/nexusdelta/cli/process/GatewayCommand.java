package dev.nexusdelta.cli.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line of the gateway's JVM: the one place of its flags.
 *
 * @param javaHome JDK to run on
 * @param feature that JDK's version, such as 17
 * @param layout folder with {@code lib/} and {@code agent/}
 * @param classPath jars of the gateway
 */
public record GatewayCommand(Path javaHome, int feature, Path layout, String classPath) {
  private static final String MAIN_CLASS = "dev.nexusdelta.app.GatewayMain";

  /** Same on every JDK. */
  private static final List<String> FLAGS =
      List.of(
          // Agents are processes of their own: the gateway holds tables and bodies in flight.
          "-Xms24m",
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "-Xss512k",
          "-Dfile.encoding=UTF-8",
          "-Dvertx.disableFileCPResolving=true",
          "-Dio.netty.leakDetection.level=disabled",
          "-Dhazelcast.phone.home.enabled=false",
          "-Dhazelcast.logging.type=slf4j",
          // What Hazelcast looks at inside the JDK; without these it warns on each start.
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  /** The command for the JDK and the class path that this process itself runs with. */
  public static GatewayCommand likeThisProcess(Path layout) {
    return new GatewayCommand(
        Path.of(System.getProperty("java.home")),
        Runtime.version().feature(),
        layout,
        System.getProperty("java.class.path"));
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
