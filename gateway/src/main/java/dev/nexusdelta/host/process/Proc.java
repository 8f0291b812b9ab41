package dev.nexusdelta.host.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what Linux tells about processes. A process that is gone, or that may not be read, is
 * simply empty: between two reads anything may end. Blocking, thread-safe.
 */
final class Proc {
  private final Path root;

  Proc(Path root) {
    this.root = root;
  }

  /**
   * One line of {@code /proc/<pid>/stat}.
   *
   * @param startTicks since boot: with the boot id it tells a process from a later one with its pid
   * @param cpuTicks user and system time, 100 a second
   */
  record Stat(long pid, char state, long group, long session, long cpuTicks, long startTicks) {
    boolean alive() {
      return state != 'Z' && state != 'X';
    }
  }

  String bootId() throws IOException {
    return Files.readString(root.resolve("sys/kernel/random/boot_id")).strip();
  }

  Optional<Stat> stat(long pid) {
    try {
      String line = Files.readString(root.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      // The command stands in brackets and may hold any character: count from the last bracket.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return Optional.of(
          new Stat(
              pid,
              fields[0].charAt(0),
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
              Long.parseLong(fields[19])));
    } catch (IOException | RuntimeException gone) {
      return Optional.empty();
    }
  }

  Map<String, String> environment(long pid) {
    Map<String, String> values = new HashMap<>();
    try {
      String all = Files.readString(root.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
      for (String entry : all.split("\0")) {
        int equals = entry.indexOf('=');
        if (equals > 0) {
          values.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
      }
    } catch (IOException gone) {
      return Map.of();
    }
    return values;
  }

  /** Whether the process belongs to the user that we are. */
  boolean ownedByUs(long pid) {
    try {
      return Files.getOwner(root.resolve(Long.toString(pid)))
          .equals(Files.getOwner(root.resolve("self")));
    } catch (IOException gone) {
      return false;
    }
  }

  /** Every process there is, zombies too. */
  List<Stat> all() throws IOException {
    List<Stat> stats = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path folder : folders) {
        stat(Long.parseLong(folder.getFileName().toString())).ifPresent(stats::add);
      }
    }
    return stats;
  }

  /** Proportional share of memory where the kernel tells it, else resident memory, in bytes. */
  long memory(long pid) {
    try {
      for (String line : Files.readAllLines(root.resolve(pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException | RuntimeException unreadable) {
      // Older kernels and other users' processes: the next best figure.
    }
    return resident(pid);
  }

  private long resident(long pid) {
    try {
      for (String line : Files.readAllLines(root.resolve(pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException | RuntimeException gone) {
      return 0;
    }
    return 0;
  }

  /** Listening TCP ports of this machine, each with the inodes of its sockets. */
  Map<Integer, List<String>> listening() {
    Map<Integer, List<String>> ports = new HashMap<>();
    for (String table : List.of("self/net/tcp", "self/net/tcp6")) {
      try {
        for (String line : Files.readAllLines(root.resolve(table))) {
          String[] fields = line.strip().split("\\s+");
          if (fields.length > 9 && fields[3].equals("0A")) {
            int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
            ports.computeIfAbsent(port, p -> new ArrayList<>()).add(fields[9]);
          }
        }
      } catch (IOException | RuntimeException unreadable) {
        // A machine without IPv6 has no second table; without any, nobody is known to listen.
      }
    }
    return ports;
  }

  /** Whether the process holds a socket with one of these inodes. */
  boolean holdsSocket(long pid, List<String> inodes) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(pid + "/fd"))) {
      for (Path file : files) {
        if (isSocket(file, inodes)) {
          return true;
        }
      }
    } catch (IOException | RuntimeException gone) {
      return false;
    }
    return false;
  }

  private static boolean isSocket(Path file, List<String> inodes) {
    try {
      String target = Files.readSymbolicLink(file).toString();
      return target.startsWith("socket:[")
          && inodes.contains(target.substring("socket:[".length(), target.length() - 1));
    } catch (IOException closed) {
      return false;
    }
  }
}
