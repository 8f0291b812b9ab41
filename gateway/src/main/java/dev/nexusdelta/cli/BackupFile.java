package dev.nexusdelta.cli;

import dev.nexusdelta.backup.Backup;
import dev.nexusdelta.backup.BackupReader;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The file of a backup: written whole or not at all, readable by its owner alone, checked when
 * read.
 *
 * @param name as the user writes it; {@code -} = standard input or output
 */
record BackupFile(Shell shell, String name) {
  private static final int MOST_FAULTS = 20;

  /** A document and what it says. */
  record Content(byte[] document, Backup backup) {}

  boolean isStream() {
    return name.equals("-");
  }

  private Path path() {
    return shell.cwd().resolve(Path.of(name)).normalize();
  }

  /** Fails before any work is done, if what is there would be overwritten unasked. */
  void refuseToOverwrite(boolean force) {
    if (Files.isDirectory(path())) {
      throw new CommandFailure(
          ExitCode.CONFLICT, name + " is a folder", "nexus backup " + name + "/agents.json");
    }
    if (!force && Files.exists(path(), LinkOption.NOFOLLOW_LINKS)) {
      throw exists();
    }
  }

  private CommandFailure exists() {
    return new CommandFailure(
        ExitCode.CONFLICT,
        name + " exists already and is not overwritten",
        "another name, or nexus backup " + name + " --force");
  }

  /** Writes it durably. */
  void write(byte[] document, boolean force) {
    Path file = path();
    Path folder = file.getParent();
    try {
      Path next =
          Files.createTempFile(
              folder,
              "." + file.getFileName(),
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(document);
          while (left.hasRemaining()) {
            out.write(left);
          }
          out.force(true);
        }
        if (force) {
          Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } else {
          moveToNew(next, file);
        }
      } finally {
        Files.deleteIfExists(next);
      }
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      throw exists();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot write " + name + ": " + why(e),
          "a path in a folder that exists and is writable, such as "
              + shell.program()
              + " backup /tmp/agents.json");
    }
  }

  /** A move would replace what somebody else has written there meanwhile; a link never does. */
  private static void moveToNew(Path next, Path file) throws IOException {
    try {
      Files.createLink(file, next);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Reads and checks all of it. */
  Content read() {
    byte[] document;
    try (InputStream in = isStream() ? shell.in() : Files.newInputStream(path())) {
      document = in.readNBytes(BackupReader.MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND, "there is no file " + name, "nexus backup FILE writes one");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "cannot read " + name + ": " + why(e),
          "the path of a file that nexus backup has written");
    }
    return new Content(document, checked(document));
  }

  private Backup checked(byte[] document) {
    return BackupReader.read(document)
        .fold(
            backup -> backup,
            faults -> {
              List<String> lines =
                  faults.stream().limit(MOST_FAULTS).map(fault -> name + ": " + fault).toList();
              String more =
                  faults.size() > MOST_FAULTS
                      ? "\nand " + (faults.size() - MOST_FAULTS) + " more"
                      : "";
              throw new CommandFailure(
                  ExitCode.REFUSED,
                  String.join("\n", lines) + more,
                  "another backup, or correct what is named above; nothing was changed");
            });
  }

  /** In words: the messages of most are a path alone. */
  static String why(IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage()
        : String.valueOf(e.getMessage());
  }
}
