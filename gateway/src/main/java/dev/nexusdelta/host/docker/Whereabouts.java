package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a host stands, as hashes that say nothing else of the machine.
 *
 * @param place the machine and its tree of files that are seen from here: elsewhere, or in a
 *     container, the same path is another folder; empty text = cannot be told
 * @param folder the data folder itself, whatever its path: a copy is another one
 */
record Whereabouts(String place, String folder) {
  private static final Path MACHINE = Path.of("/etc/machine-id");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path MOUNTS = Path.of("/proc/self/ns/mnt");
  private static final int BYTES = 8;

  /** Of a host whose id is in that folder. Blocking. */
  static Whereabouts of(Path data) throws IOException {
    String machine = machine();
    String mounts = mounts();
    // The number of a file outlives restarts of the machine and of a container.
    Object number = Files.getAttribute(data.resolve("host.id"), "unix:ino");
    return new Whereabouts(
        machine.isEmpty() || mounts.isEmpty() ? "" : hash(machine + " " + mounts),
        hash(number.toString()));
  }

  /** Containers often lack an id of their own: until the kernel is started anew, its own does. */
  private static String machine() {
    String id = text(MACHINE);
    return id.isEmpty() ? text(BOOT) : id;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String mounts() {
    try {
      return Files.readSymbolicLink(MOUNTS).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String hash(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(all, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
