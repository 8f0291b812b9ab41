package dev.nexusdelta.app;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * What the outside world gives to a gateway; the only place where it is read.
 *
 * @param layout folder with {@code lib/} and {@code agent/}
 * @param javaHome JDK that compiles and runs Java agents
 * @param environment of the process
 * @param clock wall clock, for what people see
 * @param nanos monotonic clock, for everything measured
 * @param random cryptographic source
 * @param pid of this process
 * @param openFiles how many files and sockets this process may have open
 * @param memory bytes of the machine, or of the container that this is
 */
record Surroundings(
    Path layout,
    Path javaHome,
    Map<String, String> environment,
    InstantSource clock,
    LongSupplier nanos,
    Random random,
    long pid,
    long openFiles,
    long memory) {

  static Surroundings ofThisProcess() {
    String layout = System.getProperty("nexus.layout");
    if (layout == null) {
      throw new IllegalStateException(
          "system property nexus.layout is not set: start the gateway with ./nexus up");
    }
    return new Surroundings(
        Path.of(layout),
        Path.of(System.getProperty("java.home")),
        System.getenv(),
        InstantSource.system(),
        System::nanoTime,
        new SecureRandom(),
        ProcessHandle.current().pid(),
        mostOpenFiles(),
        memoryBytes());
  }

  private static long mostOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
