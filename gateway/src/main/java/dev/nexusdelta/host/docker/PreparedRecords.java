package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.supervision.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What releases were made into, one file each: {@code <folder>/<agent's key>/<release>.json}.
 * Blocking; for one thread at a time per agent.
 */
record PreparedRecords(Path folder) {
  private static final Logger log = LoggerFactory.getLogger(PreparedRecords.class);
  private static final String ENDING = ".json";

  /** In use or not. */
  private static final int KEPT = 2;

  Optional<Prepared> find(String key, String release) throws IOException {
    return read(file(key, release));
  }

  void put(String key, String release, Prepared prepared) throws IOException {
    Path file = file(key, release);
    Files.createDirectories(file.getParent());
    WholeFile.write(file, prepared.toJson());
  }

  /**
   * Ids of the images of an agent's releases that may be started again: those in use and the
   * youngest. Forgets all others.
   */
  Set<String> kept(String key, Set<String> inUse) throws IOException {
    Map<Path, FileTime> ages = new HashMap<>();
    for (Path file : filesOf(folder.resolve(key))) {
      ages.put(file, Files.getLastModifiedTime(file));
    }
    Set<String> images = new HashSet<>();
    int seen = 0;
    for (Path file : ages.keySet().stream().sorted(youngestFirst(ages)).toList()) {
      String name = file.getFileName().toString();
      String release = name.substring(0, name.length() - ENDING.length());
      if (++seen <= KEPT || inUse.contains(release)) {
        read(file).ifPresent(known -> images.add(known.image()));
      } else {
        Files.deleteIfExists(file);
      }
    }
    return images;
  }

  private static Comparator<Path> youngestFirst(Map<Path, FileTime> ages) {
    return Comparator.comparing(ages::get, Comparator.<FileTime>reverseOrder());
  }

  /** Ids of the images of each agent, by its key; one of which nothing is known is not in there. */
  Map<String, Set<String>> all() throws IOException {
    Map<String, Set<String>> all = new HashMap<>();
    for (Path agent : childrenOf(folder)) {
      Set<String> images = new HashSet<>();
      for (Path file : filesOf(agent)) {
        read(file).ifPresent(known -> images.add(known.image()));
      }
      if (!images.isEmpty()) {
        all.put(agent.getFileName().toString(), images);
      }
    }
    return all;
  }

  /** The agent is no more. */
  void forget(String key) throws IOException {
    for (Path file : childrenOf(folder.resolve(key))) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder.resolve(key));
  }

  private Path file(String key, String release) {
    return folder.resolve(key).resolve(release + ENDING);
  }

  private static List<Path> filesOf(Path agent) throws IOException {
    return childrenOf(agent).stream().filter(file -> file.toString().endsWith(ENDING)).toList();
  }

  private static List<Path> childrenOf(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        found.forEach(children::add);
      }
    }
    return children;
  }

  private static Optional<Prepared> read(Path file) throws IOException {
    try {
      return Optional.of(Prepared.fromJson(Files.readString(file)));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    } catch (RuntimeException e) {
      log.warn("{} is not readable and ignored: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
