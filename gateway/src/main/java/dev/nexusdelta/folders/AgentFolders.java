package dev.nexusdelta.folders;

import dev.nexusdelta.folders.FolderReading.AgentFolder;
import dev.nexusdelta.folders.FolderReading.Faulty;
import dev.nexusdelta.folders.FolderReading.Skipped;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestFault;
import dev.nexusdelta.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The folder of {@code <name>/agent.yaml}. One bad folder never hides the others.
 *
 * <p>Stateless and callable from any thread; everything here blocks on the disk: call it on a
 * worker.
 */
public final class AgentFolders {
  /** Name of the manifest in an agent's folder. */
  public static final String FILE = "agent.yaml";

  private static final int LARGEST = 1 << 20;

  private final Path root;

  /** The folder need not exist (yet). */
  public AgentFolders(Path root) {
    this.root = root;
  }

  /** The folder of all agents. */
  public Path root() {
    return root;
  }

  /** The agent's folder, whether it exists or not. */
  public Path folder(AgentName name) {
    return root.resolve(name.key());
  }

  /** The agent's manifest file, whether it exists or not. */
  public Path file(AgentName name) {
    return folder(name).resolve(FILE);
  }

  /** Reads one agent's folder; empty if there is no manifest in it. */
  public Optional<FolderReading> read(AgentName name) {
    return read(folder(name));
  }

  /** Reads every folder that has a manifest, or should have, by name. */
  public List<FolderReading> list() {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root, Files::isDirectory)) {
      children.forEach(folders::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(
          new Skipped("", root, "the agents folder " + root + " cannot be read (" + e + ")"));
    }
    folders.sort(Comparator.naturalOrder());
    return folders.stream().flatMap(folder -> read(folder).stream()).toList();
  }

  /**
   * Content hash of the code that {@code manifest} runs, as it is in the agent's folder now; empty
   * text for agents without code there. Files that are missing or unreadable count as such.
   */
  public String codeHash(Manifest manifest) {
    return codeHash(folder(manifest.name()), manifest);
  }

  /** The same of any folder. */
  public static String codeHash(Path folder, Manifest manifest) {
    return CodeHash.of(folder, manifest.run());
  }

  /**
   * Calls {@code changed} with the key of a folder some 50 ms after files in it appeared, changed
   * or vanished, until closed; on a thread of its own, one call at a time. A call may be one too
   * many: read and compare hashes. What happens after this method has returned is never missed,
   * though where the kernel's notices run out it may take {@code rescan} to be seen.
   *
   * @param rescan how often everything is looked at anyway, such as 2 s
   * @param nanos monotonic time, such as {@code System::nanoTime}
   */
  public FolderWatch watch(Consumer<String> changed, Duration rescan, LongSupplier nanos)
      throws IOException {
    return FolderWatch.start(root, changed, rescan, nanos);
  }

  private static Optional<FolderReading> read(Path folder) {
    String key = folder.getFileName().toString();
    Path file = folder.resolve(FILE);
    if (key.startsWith(".") || !Files.exists(file)) {
      return Files.exists(folder.resolve("agent.yml")) && !key.startsWith(".")
          ? Optional.of(new Skipped(key, folder, folder + "/agent.yml must be called " + FILE))
          : Optional.empty();
    }
    if (!AgentName.isValid(key) || !key.equals(key.toLowerCase(Locale.ROOT))) {
      String reason =
          folder
              + " is no folder of an agent: it must be called like the agent, in lower case ('"
              + key.toLowerCase(Locale.ROOT)
              + "')";
      return Optional.of(new Skipped(key, folder, reason));
    }
    try {
      return Optional.of(read(key, folder, file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(new Skipped(key, folder, file + " cannot be read (" + e + ")"));
    }
  }

  private static FolderReading read(String key, Path folder, Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // One more than allowed: the reader says that it is too much.
      bytes = in.readNBytes(LARGEST + 1);
    }
    String fileHash = CodeHash.of(bytes);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      var fault = new ManifestFault(1, 1, "", "the file is not UTF-8; save it as UTF-8");
      return new Faulty(key, file, fileHash, List.of(fault));
    }
    return ManifestReader.read(text)
        .fold(
            manifest -> named(key, folder, manifest, fileHash),
            faults -> new Faulty(key, file, fileHash, faults));
  }

  private static FolderReading named(String key, Path folder, Manifest manifest, String fileHash) {
    if (!manifest.name().key().equals(key)) {
      var fault =
          new ManifestFault(
              1,
              1,
              "/name",
              "name is '"
                  + manifest.name()
                  + "', but the folder is '"
                  + key
                  + "'; rename the folder to '"
                  + manifest.name().key()
                  + "' or change the name");
      return new Faulty(key, folder.resolve(FILE), fileHash, List.of(fault));
    }
    return new AgentFolder(key, folder, manifest, fileHash, CodeHash.of(folder, manifest.run()));
  }
}
