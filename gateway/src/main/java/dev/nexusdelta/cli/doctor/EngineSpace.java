package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Box;
import dev.nexusdelta.host.docker.EngineReport.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What containers take of their machine: memory, disk, ports. */
final class EngineSpace {
  private static final long LITTLE_SPACE = 2L << 30;
  private static final long MUCH = 500L << 20;
  private final Findings findings;
  private final Settings settings;

  EngineSpace(Findings findings, Settings settings) {
    this.findings = findings;
    this.settings = settings;
  }

  void memory(Answers answers) {
    List<Box> limited = answers.containers().stream().filter(box -> box.memoryBytes() > 0).toList();
    long limits = limited.stream().mapToLong(Box::memoryBytes).sum();
    long machine = answers.memoryBytes();
    String text =
        "%d containers may take %s of the %s of the engine's machine"
            .formatted(limited.size(), mib(limits), mib(machine));
    if (machine > 0 && limits > machine) {
      findings.note(
          "memory",
          text + ": if all do, the kernel ends some",
          "nexus top, then smaller resources.memory in agent.yaml or fewer replicas");
    } else {
      findings.good("memory", text);
    }
    Map<String, Long> killed =
        answers.outOfMemory().stream()
            .collect(Collectors.groupingBy(n -> n, TreeMap::new, Collectors.counting()));
    Map<String, Box> boxes =
        answers.containers().stream().collect(Collectors.toMap(Box::name, box -> box, (a, b) -> a));
    killed.forEach((name, times) -> outOfMemory(name, times, boxes.get(name)));
  }

  private void outOfMemory(String name, long times, @org.jspecify.annotations.Nullable Box box) {
    boolean ours = name.startsWith("nexus-agent-");
    String agent =
        ours ? name.substring("nexus-agent-".length()).replaceAll("\\.[0-9]+$", "") : name;
    String limit =
        box == null || box.memoryBytes() == 0
            ? ""
            : " (its limit is " + mib(box.memoryBytes()) + ")";
    findings.wrong(
        "memory",
        "container %s was killed %d times in the last hour for want of memory%s"
            .formatted(name, times, limit),
        ours
            ? "a larger resources: {memory: …} in agents/%s/agent.yaml, then: nexus apply %s"
                .formatted(agent.toLowerCase(Locale.ROOT), agent)
            : "docker update --memory 512m --memory-swap 512m " + name);
  }

  void disk(Answers answers) {
    Path root = Path.of(answers.root());
    if (!answers.root().isEmpty() && Files.exists(root)) {
      free(root);
    }
    Images unused = answers.unused();
    if (unused.bytes() > MUCH) {
      findings.note(
          "images",
          unused.count()
              + " of agents are used by no container, about "
              + mib(unused.bytes())
              + "; they are built again when they are wanted",
          "docker image prune --all --filter label=nexus.image=agent");
    }
    Images dangling = answers.dangling();
    if (dangling.count() > 0) {
      findings.note(
          "images",
          dangling.count() + " without a name, up to " + mib(dangling.bytes()) + ": left by builds",
          "docker image prune, which removes those only");
    }
  }

  private void free(Path root) {
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      String text = mib(free) + " free for the engine in " + root;
      if (free < LITTLE_SPACE) {
        findings.wrong("engine disk", text, "docker system df, which shows what takes it");
      } else {
        findings.good("engine disk", text);
      }
    } catch (IOException e) {
      findings.note(
          "engine disk", "free space is not known: " + e.getMessage(), "docker system df");
    }
  }

  void ports(Answers answers) {
    for (Box box : answers.containers()) {
      List<Integer> ours =
          box.published().stream()
              .filter(port -> port >= settings.ports().first() && port <= settings.ports().last())
              .toList();
      if (box.host().isEmpty() && !ours.isEmpty()) {
        findings.note(
            "ports",
            "container %s of somebody else's publishes %s of the agents' range; replicas take the next free one"
                .formatted(box.name(), ours),
            "docker stop " + box.name() + ", or another range with --ports");
      }
    }
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
