package dev.nexusdelta.loadtest.lab;

import java.lang.management.ManagementFactory;

/**
 * Where the load was made. Gateway and agents stand there too, unless the gateway's address says
 * otherwise.
 *
 * @param load programs that wanted a processor, averaged over a minute; negative = unknown
 */
record Machine(int cores, double load, String jdk, String os) {
  static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }
}
