package dev.nexusdelta.host.docker.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The native libraries that jars carry for Linux on one processor. Jars unpack them into the
 * temporary folder, from which a container may not run anything; so they become files of the image,
 * in a folder on {@code java.library.path}, where most libraries look first.
 *
 * @param files by name without folder; of two with the same name the first on the class path
 * @param properties by which libraries that look elsewhere are told the folder
 */
record NativeLibraries(Map<String, Entry.OfJar> files, Set<String> properties) {
  private static final Pattern FOREIGN_SYSTEM =
      Pattern.compile(
          "(?<![a-z])(win(dows)?|darwin|mac(os)?x?|osx|(free|open|net)bsd|android|musl|sunos|solaris|aix|ios)(?![a-z])");
  private static final Map<String, Pattern> PROCESSORS =
      Map.of(
          "amd64", Pattern.compile("x86[_-]64|amd64|x64"),
          "aarch64", Pattern.compile("aarch64|aarch_64|arm64"));
  private static final Pattern ANY_PROCESSOR =
      Pattern.compile(
          "(?<![a-z])(x86|amd64|x64|i[36]86|aarch|arm(v[5-8][a-z0-9]*|hf|el|64)?(?![a-z])|ppc|powerpc|s390|riscv|loongarch|mips|sparc|ia64)");

  /** Of those that ask a property of their own before they unpack: a folder in the jar, and it. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "org/sqlite/native/", "org.sqlite.lib.path",
          "com/sun/jna/", "jna.boot.library.path",
          "org/xerial/snappy/native/", "org.xerial.snappy.lib.path",
          "ai/onnxruntime/native/", "onnxruntime.native.path");

  /**
   * Looks through jars; blocking.
   *
   * @param processor as {@code os.arch} says it
   */
  static NativeLibraries in(List<Path> jars, String processor) throws IOException {
    Map<String, Entry.OfJar> files = new LinkedHashMap<>();
    Set<String> properties = new LinkedHashSet<>();
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
          ZipEntry entry = all.nextElement();
          String name = entry.getName();
          if (!fits(name, processor)) {
            continue;
          }
          String file = name.substring(name.lastIndexOf('/') + 1);
          files.putIfAbsent(file, new Entry.OfJar(jar, name, entry.getSize()));
          PROPERTIES.forEach(
              (folder, property) -> {
                if (name.startsWith(folder)) {
                  properties.add(property);
                }
              });
        }
      }
    }
    return new NativeLibraries(files, properties);
  }

  /** Whether the path in a jar names a library for Linux on this processor. */
  static boolean fits(String path, String processor) {
    String name = path.toLowerCase(Locale.ROOT);
    if (!name.endsWith(".so") && !name.matches(".*\\.so\\.[0-9.]+")) {
      return false;
    }
    if (FOREIGN_SYSTEM.matcher(name).find()) {
      return false;
    }
    Pattern own = PROCESSORS.get(processor);
    boolean ours = own != null && own.matcher(name).find();
    return ours || !ANY_PROCESSOR.matcher(name).find();
  }
}
