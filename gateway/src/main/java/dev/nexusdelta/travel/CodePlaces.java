package dev.nexusdelta.travel;

import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.folders.CodeParcel;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where on this machine an agent's code is: in its own folder, or in one that came from another
 * gateway ({@code <data>/code/<agent>/<hash>}). Blocking, thread-safe.
 */
public final class CodePlaces {
  private static final String FRESH = ".new-";

  /** As many as releases are kept. */
  private static final int KEPT = 5;

  private final AgentFolders folders;
  private final Path arrived;

  /**
   * The places of one gateway.
   *
   * @param data its data folder
   */
  public CodePlaces(AgentFolders folders, Path data) {
    this.folders = folders;
    this.arrived = data.toAbsolutePath().normalize().resolve("code");
  }

  /** The folder that holds exactly this code of the agent. */
  public Optional<Path> find(Manifest manifest, String codeHash) {
    AgentName agent = manifest.name();
    Path own = folders.folder(agent);
    if (Files.isDirectory(own) && AgentFolders.codeHash(own, manifest).equals(codeHash)) {
      return Optional.of(own);
    }
    return codeHash.isEmpty()
        ? Optional.empty()
        : Optional.of(place(agent, codeHash)).filter(Files::isDirectory);
  }

  /**
   * Takes what came from elsewhere; what came longest ago goes.
   *
   * @return its folder
   * @throws IOException if it is not what it should be; nothing stays then
   */
  Path take(Manifest manifest, String codeHash, byte[] parcel) throws IOException {
    Path place = place(manifest.name(), codeHash);
    Files.createDirectories(place.getParent());
    Path fresh = Files.createTempDirectory(place.getParent(), FRESH);
    try {
      CodeParcel.unpack(parcel, fresh);
      String found = AgentFolders.codeHash(fresh, manifest);
      if (!found.equals(codeHash)) {
        throw new IOException(
            "another gateway sent other code of agent '"
                + manifest.name()
                + "' than was asked for");
      }
      if (!Files.isDirectory(place)) {
        Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      delete(fresh);
    }
    prune(place);
    return place;
  }

  /** Nothing that came of this agent is needed any more. */
  void forget(AgentName agent) throws IOException {
    delete(arrived.resolve(agent.key()));
  }

  private Path place(AgentName agent, String codeHash) {
    if (!codeHash.matches("[0-9a-f]{1,64}")) {
      throw new IllegalArgumentException("'" + codeHash + "' is no hash of code");
    }
    return arrived.resolve(agent.key()).resolve(codeHash);
  }

  private static void prune(Path latest) throws IOException {
    try (Stream<Path> all = Files.list(latest.getParent())) {
      List<Path> old =
          all.filter(each -> !each.equals(latest))
              .sorted(Comparator.comparing(CodePlaces::age).reversed())
              .skip(KEPT - 1L)
              .toList();
      for (Path each : old) {
        delete(each);
      }
    }
  }

  private static FileTime age(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
