package dev.nexusdelta.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The short hash by which a base image names the jars of the agents' runtime inside it. */
final class RuntimeHash {
  private static final int BYTES = 6;

  private RuntimeHash() {}

  /**
   * Of the jars of an installation: one after the other, by name.
   *
   * @param layout folder with {@code agent/}
   * @return empty if there are none
   */
  static Optional<String> of(Path layout) {
    try (Stream<Path> files = Files.list(layout.resolve("agent"))) {
      List<Path> jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .sorted(Comparator.comparing(file -> file.getFileName().toString()))
              .toList();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path jar : jars) {
        digest.update(Files.readAllBytes(jar));
      }
      return jars.isEmpty()
          ? Optional.empty()
          : Optional.of(HexFormat.of().formatHex(digest.digest(), 0, BYTES));
    } catch (IOException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
