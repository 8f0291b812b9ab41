package dev.nexusdelta.host.code.compiler;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles single Java files to jars. Keeps the file manager, and with it the indexes of the JDK
 * and of the lasting jars, from one file to the next: most of a cold compilation is spent on them.
 * For one thread.
 */
final class SourceCompiler {
  // Inline concatenation of strings starts sooner than the dynamic one, and an agent starts often.
  private static final List<String> OPTIONS =
      List.of(
          "-parameters",
          "-g",
          "-XDstringConcat=inline",
          "-proc:none",
          "-nowarn",
          "-Xlint:none",
          "-implicit:none");
  private static final int MOST_FAULTS = 20;
  // A fixed time makes the same source the same jar. 1980 is where zip's time begins.
  private static final long JAR_TIME = 315_705_600_000L;

  private final @Nullable JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
  private @Nullable StandardJavaFileManager files;

  CompileAnswer compile(CompileRequest request) throws IOException {
    if (javac == null) {
      return CompileAnswer.failed(
          request.id(),
          "the Java at "
              + System.getProperty("java.home")
              + " has no compiler; run the gateway on a JDK (17 or later), not on a JRE");
    }
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    StandardJavaFileManager manager = fileManager(javac);
    try {
      manager.setLocation(
          StandardLocation.CLASS_PATH, request.classPath().stream().map(File::new).toList());
      ClassesInMemory classes = new ClassesInMemory(manager);
      boolean compiled =
          javac
              .getTask(
                  null,
                  classes,
                  diagnostics,
                  options(request.feature()),
                  null,
                  manager.getJavaFileObjects(request.source()))
              .call();
      if (!compiled) {
        return CompileAnswer.faulty(request.id(), faults(diagnostics));
      }
      String mainClass = mainClass(request.source(), classes.bytes);
      writeJar(Path.of(request.output()), mainClass, classes.bytes);
      return CompileAnswer.compiled(request.id(), mainClass);
    } finally {
      if (request.classPath().size() > request.lastingClassPath()) {
        // It holds every jar open that it has seen: an agent's own jars must not pile up.
        manager.close();
        files = null;
      }
    }
  }

  /** With the API and the class files of an older Java, if that is to run it. */
  private static List<String> options(int feature) {
    if (feature >= Runtime.version().feature()) {
      return OPTIONS;
    }
    List<String> options = new ArrayList<>(OPTIONS);
    options.addAll(List.of("--release", Integer.toString(feature)));
    return options;
  }

  private StandardJavaFileManager fileManager(JavaCompiler javac) {
    StandardJavaFileManager manager = files;
    if (manager == null) {
      manager = javac.getStandardFileManager(null, Locale.ENGLISH, StandardCharsets.UTF_8);
      files = manager;
    }
    return manager;
  }

  private static List<CompileAnswer.Fault> faults(DiagnosticCollector<JavaFileObject> diagnostics) {
    return diagnostics.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .limit(MOST_FAULTS)
        .map(
            d ->
                new CompileAnswer.Fault(
                    (int) Math.max(0, d.getLineNumber()),
                    (int) Math.max(0, d.getColumnNumber()),
                    d.getMessage(Locale.ENGLISH)))
        .toList();
  }

  /** The class that the file is named after, with its package; else the first one. */
  private static String mainClass(String source, Map<String, ByteArrayOutputStream> classes) {
    String file = Path.of(source).getFileName().toString();
    String simple = file.substring(0, file.length() - ".java".length());
    return classes.keySet().stream()
        .filter(name -> name.equals(simple) || name.endsWith("." + simple))
        .findFirst()
        .orElseGet(() -> classes.keySet().stream().findFirst().orElse(simple));
  }

  private static void writeJar(
      Path jar, String mainClass, Map<String, ByteArrayOutputStream> classes) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      put(out, "META-INF/MANIFEST.MF");
      manifest.write(out);
      for (Map.Entry<String, ByteArrayOutputStream> entry : classes.entrySet()) {
        put(out, entry.getKey().replace('.', '/') + ".class");
        entry.getValue().writeTo(out);
      }
    }
  }

  private static void put(JarOutputStream out, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(JAR_TIME);
    out.putNextEntry(entry);
  }

  /** Only a standard manager is let in where {@code --release} is given. */
  private static final class ClassesInMemory
      extends ForwardingJavaFileManager<StandardJavaFileManager>
      implements StandardJavaFileManager {
    private final Map<String, ByteArrayOutputStream> bytes = new TreeMap<>();

    ClassesInMemory(StandardJavaFileManager manager) {
      super(manager);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(
          URI.create("mem:///" + className.replace('.', '/') + kind.extension), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          bytes.put(className, out);
          return out;
        }
      };
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjectsFromFiles(
        Iterable<? extends File> all) {
      return fileManager.getJavaFileObjectsFromFiles(all);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjects(File... all) {
      return fileManager.getJavaFileObjects(all);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjectsFromStrings(Iterable<String> all) {
      return fileManager.getJavaFileObjectsFromStrings(all);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjects(String... all) {
      return fileManager.getJavaFileObjects(all);
    }

    @Override
    public void setLocation(Location location, Iterable<? extends File> path) throws IOException {
      fileManager.setLocation(location, path);
    }

    @Override
    public Iterable<? extends File> getLocation(Location location) {
      return fileManager.getLocation(location);
    }
  }
}
