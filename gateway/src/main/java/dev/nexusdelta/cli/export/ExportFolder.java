package dev.nexusdelta.cli.export;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder that is written again and again: what others have put or changed there is not touched.
 * The hashes of what was written stand in {@value #RECORD}.
 */
public final class ExportFolder {
  private static final String RECORD = ".nexus-export";
  private static final int SHOWN = 10;

  private final Path target;

  /** For one folder, which need not exist. */
  public ExportFolder(Path target) {
    this.target = target;
  }

  /**
   * Takes over all files of {@code fresh}; deletes what was written earlier and is no longer there.
   *
   * @param force true = also over files of others
   * @return the files, relative
   * @throws CommandFailure if files of others would be overwritten; then nothing is changed
   */
  public List<String> take(Path fresh, boolean force) throws IOException {
    Map<String, String> wanted = hashes(fresh);
    Map<String, String> written = record();
    List<String> foreign = new ArrayList<>();
    for (Map.Entry<String, String> file : wanted.entrySet()) {
      Path there = target.resolve(file.getKey());
      if (Files.exists(there)) {
        String hash = Files.isRegularFile(there) ? hash(there) : "";
        if (!hash.equals(file.getValue()) && !hash.equals(written.get(file.getKey()))) {
          foreign.add(file.getKey());
        }
      }
    }
    if (!foreign.isEmpty() && !force) {
      throw conflict(foreign);
    }
    for (Map.Entry<String, String> old : written.entrySet()) {
      Path there = target.resolve(old.getKey());
      if (!wanted.containsKey(old.getKey())
          && Files.isRegularFile(there)
          && hash(there).equals(old.getValue())) {
        Files.delete(there);
      }
    }
    for (String file : wanted.keySet()) {
      Path there = target.resolve(file);
      Files.createDirectories(there.getParent());
      Files.copy(fresh.resolve(file), there, StandardCopyOption.REPLACE_EXISTING);
    }
    StringBuilder record = new StringBuilder();
    wanted.forEach((file, hash) -> record.append(hash).append("  ").append(file).append('\n'));
    Files.writeString(target.resolve(RECORD), record);
    return List.copyOf(wanted.keySet());
  }

  private CommandFailure conflict(List<String> foreign) {
    String more = foreign.size() > SHOWN ? " and " + (foreign.size() - SHOWN) + " more" : "";
    return new CommandFailure(
        ExitCode.CONFLICT,
        target
            + " holds files that this command did not write, or that were changed since: "
            + String.join(", ", foreign.subList(0, Math.min(SHOWN, foreign.size())))
            + more,
        "--to another folder, or --force to overwrite them");
  }

  private Map<String, String> record() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    Path record = target.resolve(RECORD);
    if (Files.isRegularFile(record)) {
      for (String line : Files.readAllLines(record)) {
        String[] parts = line.split(" {2}", 2);
        // What it names is deleted when it is no longer wanted: nothing outside of the folder.
        if (parts.length == 2 && target.resolve(parts[1]).normalize().startsWith(target)) {
          hashes.put(parts[1], parts[0]);
        }
      }
    }
    return hashes;
  }

  private static Map<String, String> hashes(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        hashes.put(folder.relativize(file).toString(), hash(file));
      }
    }
    return hashes;
  }

  private static String hash(Path file) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
