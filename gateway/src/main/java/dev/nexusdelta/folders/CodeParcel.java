package dev.nexusdelta.folders;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * An agent's folder in one piece, so that it can run on another machine: a ZIP of its files without
 * hidden ones and leftovers, whose first entry lists those that can be executed. Blocking.
 */
public final class CodeParcel {
  /** What its files may have together, in bytes. */
  public static final long LARGEST = 16L << 20;

  private static final int MOST_FILES = 5000;

  /** Hidden, so that no file that travels is called so. */
  private static final String EXECUTABLE = ".executable";

  private CodeParcel() {}

  /** Whether the folder's files are few and small enough to travel. */
  public static boolean fits(Path folder) throws IOException {
    return files(folder).isPresent();
  }

  /** The folder's files; empty if they are too many or too large together. */
  public static Optional<byte[]> pack(Path folder) throws IOException {
    Optional<List<Path>> files = files(folder);
    return files.isEmpty() ? Optional.empty() : Optional.of(pack(folder, files.get()));
  }

  private static byte[] pack(Path folder, List<Path> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      StringBuilder executable = new StringBuilder();
      for (Path file : files) {
        if (Files.isExecutable(file)) {
          executable.append(name(folder, file)).append('\n');
        }
      }
      put(zip, EXECUTABLE, executable.toString().getBytes(StandardCharsets.UTF_8));
      for (Path file : files) {
        put(zip, name(folder, file), Files.readAllBytes(file));
      }
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // Equal folders give equal parcels.
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString();
  }

  private static Optional<List<Path>> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    long[] bytes = new long[1];
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            return !each.equals(folder) && left(each)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile() || left(file)) {
              return FileVisitResult.CONTINUE;
            }
            files.add(file);
            bytes[0] += attributes.size();
            return files.size() > MOST_FILES || bytes[0] > LARGEST
                ? FileVisitResult.TERMINATE
                : FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files.size() > MOST_FILES || bytes[0] > LARGEST ? Optional.empty() : Optional.of(files);
  }

  private static boolean left(Path file) {
    String name = file.getFileName().toString();
    return CodeHash.ignored(name) || name.equals("__pycache__");
  }

  /**
   * Puts a parcel's files into an empty folder.
   *
   * @throws IOException if it is none, or holds more than fits, or reaches out of the folder
   */
  public static void unpack(byte[] parcel, Path into) throws IOException {
    long left = LARGEST;
    int files = 0;
    Set<String> executable = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(parcel))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] content = zip.readNBytes((int) left + 1);
        left -= content.length;
        if (left < 0 || ++files > MOST_FILES + 1) {
          throw new IOException("the parcel holds more than " + LARGEST + " bytes, or many files");
        }
        if (entry.getName().equals(EXECUTABLE)) {
          executable.addAll(new String(content, StandardCharsets.UTF_8).lines().toList());
        } else {
          Path file = place(into, entry.getName());
          Files.createDirectories(file.getParent());
          Files.write(file, content);
          if (executable.contains(entry.getName()) && !file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
          }
        }
      }
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new IOException("no parcel of an agent's files: " + e.getMessage(), e);
    }
    if (files == 0) {
      throw new IOException("no parcel of an agent's files");
    }
  }

  private static Path place(Path into, String name) throws IOException {
    Path root = into.toAbsolutePath().normalize();
    Path file = root.resolve(name).normalize();
    if (file.equals(root) || !file.startsWith(root)) {
      throw new IOException("the parcel names '" + name + "', which is not in the folder");
    }
    return file;
  }
}
