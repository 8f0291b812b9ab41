package dev.nexusdelta.host.process;

import dev.nexusdelta.host.code.Builds;
import dev.nexusdelta.host.code.Compiler;
import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.supervision.HostId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** The blocking parts of an open host, made and wired. */
record Tools(
    Proc proc,
    Group group,
    IntentFiles intents,
    Launcher launcher,
    Compiler compiler,
    Builds builds,
    ClassArchive archive,
    Adoption adoption,
    String bootId) {
  /** As many files are compiled at once. */
  static final int BUILD_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** Looks at the machine and the data folder; fails with what is missing. */
  static Tools open(ProcessHostSettings settings, LogFiles logs, LongSupplier nanos)
      throws IOException {
    for (Path folder :
        List.of(settings.builds(), settings.replicas(), settings.agentLogs(), settings.cache())) {
      Files.createDirectories(folder);
    }
    JavaHome java = JavaHome.of(settings.javaHome());
    String owner = HostId.of(settings.data());
    List<Path> runtime = jarsIn(settings.agentRuntime());
    Proc proc = new Proc(Path.of("/proc"));
    Group group = new Group(proc, owner);
    IntentFiles intents = new IntentFiles(settings.replicas());
    Compiler compiler =
        new Compiler(java, BUILD_THREADS, settings.cache().resolve("compiler.log"), nanos);
    Builds builds =
        new Builds(settings.builds(), compiler, java.feature(), runtime, settings.codeHash());
    builds.deleteHalfMade();
    ClassArchive archive = new ClassArchive(settings.cache(), java, runtime);
    return new Tools(
        proc,
        group,
        intents,
        new Launcher(settings, java, runtime, archive::file, intents, logs, proc, owner),
        compiler,
        builds,
        archive,
        new Adoption(proc, group, intents, owner),
        proc.bootId());
  }

  /** In a fixed order: the shared class archive fits one class path only. */
  private static List<Path> jarsIn(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
        found.forEach(jars::add);
      }
    }
    jars.sort(Comparator.naturalOrder());
    return jars;
  }
}
