package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.host.code.AgentEnvironment;
import dev.nexusdelta.host.code.Build;
import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.Secrets;
import dev.nexusdelta.host.code.ShellLine;
import dev.nexusdelta.host.logs.LogFiles;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.manifest.Run;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes processes of replicas: first the record, then the process, then its number into the record.
 * Whoever finds the record after a sudden end of the gateway finds the process too. Blocking,
 * thread-safe.
 */
final class Launcher {
  private static final long LARGEST_BODY_KIB = 1 << 20;

  private final ProcessHostSettings settings;
  private final JavaHome java;
  private final List<Path> runtime;
  private final Supplier<Optional<Path>> archive;
  private final AgentEnvironment environment;
  private final IntentFiles intents;
  private final LogFiles logs;
  private final Proc proc;
  private final String owner;
  private final String bootId;
  private final String setsid;

  /** The parts it works with; {@code archive} is asked at each start. */
  Launcher(
      ProcessHostSettings settings,
      JavaHome java,
      List<Path> runtime,
      Supplier<Optional<Path>> archive,
      IntentFiles intents,
      LogFiles logs,
      Proc proc,
      String owner)
      throws IOException {
    this.settings = settings;
    this.java = java;
    this.runtime = runtime;
    this.archive = archive;
    this.environment =
        new AgentEnvironment(settings.environment(), new Secrets(settings.secrets()));
    this.intents = intents;
    this.logs = logs;
    this.proc = proc;
    this.owner = owner;
    this.bootId = proc.bootId();
    this.setsid = findSetsid(settings.environment().getOrDefault("PATH", ""));
  }

  /** Starts the replica; it has its port. */
  Spawned launch(Release release, Build build, Supervised<Spawned> replica)
      throws StartFailedException, IOException {
    if (!Files.isDirectory(build.folder())) {
      throw new StartFailedException(
          "the agent's folder " + build.folder() + " does not exist any more: restore it");
    }
    ProcessBuilder builder = new ProcessBuilder(command(release, build));
    builder.directory(build.folder().toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(environment.of(release.manifest(), build.folder(), given(release, build, replica)));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(logs.create(replica.agent, replica.id).toFile()));
    intents.writeDurably(Intent.of(replica, Intent.Phase.STARTING, bootId));
    try {
      Process process = builder.start();
      long ticks = proc.stat(process.pid()).map(Proc.Stat::startTicks).orElse(0L);
      intents.write(
          Intent.of(replica, Intent.Phase.STARTING, bootId).running(process.pid(), ticks, bootId));
      return new Spawned(process.pid(), ticks, Optional.of(process));
    } catch (IOException e) {
      intents.delete(replica.id);
      throw new StartFailedException("cannot start a process: " + e.getMessage());
    }
  }

  private List<String> command(Release release, Build build) {
    List<String> command = new ArrayList<>();
    command.add(setsid);
    if (build.mainClass().isPresent()) {
      command.addAll(
          CommandLine.java(
              java,
              release.manifest().resources(),
              archive.get(),
              runtime,
              build.jars(),
              build.mainClass().get()));
    } else {
      Run run = release.manifest().run();
      command.addAll(ShellLine.of(run.fold(j -> "", Run.Command::line, image -> "", url -> "")));
    }
    return command;
  }

  private Map<String, String> given(Release release, Build build, Supervised<Spawned> replica) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("AGENT_NAME", release.agent().value());
    given.put("PORT", Integer.toString(replica.port()));
    given.put("HOST", "127.0.0.1");
    given.put("AGENT_VERSION", release.version());
    given.put(Group.REPLICA, replica.id);
    given.put("NEXUS_URL", settings.gatewayUrl().get());
    given.put("AGENT_RELEASE", release.id());
    given.put(Group.OWNER, owner);
    if (build.mainClass().isPresent()) {
      // The runtime's own limit must not be tighter than the one that the manifest promises.
      long kibibytes = (release.manifest().limits().requestBytes() + 1023) / 1024;
      given.put("AGENT_MAX_BODY", Math.min(kibibytes, LARGEST_BODY_KIB) + "KiB");
    }
    return given;
  }

  private static String findSetsid(String path) throws IOException {
    List<String> folders = new ArrayList<>(List.of(path.split(File.pathSeparator)));
    folders.addAll(List.of("/usr/bin", "/bin"));
    for (String folder : folders) {
      Path candidate = Path.of(folder, "setsid");
      if (!folder.isEmpty() && Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new IOException(
        "the program 'setsid' is not installed; replicas need it to outlive the gateway: install the package util-linux");
  }
}
