package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Ends a replica as a crash would: SIGKILL. Only a process whose own environment says that it is
 * what the gateway lists as a healthy replica of the agent: so neither another machine's pids nor a
 * reused one can hit a bystander, and one in a container on this machine is found as well.
 */
public final class ReplicaKill {
  private final AdminApi admin;
  private final RandomGenerator random;

  /** Kills replicas of that gateway. */
  public ReplicaKill(AdminApi admin, RandomGenerator random) {
    this.admin = admin;
    this.random = random;
  }

  /** Kills one of the agent's replicas; returns its id, or empty if none may be killed. */
  public Optional<String> one(String agent) throws IOException {
    List<JsonNode> victims = new ArrayList<>();
    for (JsonNode replica : admin.get("/agents/" + agent + "/replicas").path("replicas")) {
      if (replica.path("state").asText().equals("healthy")
          && process(replica.path("id").asText()).isPresent()) {
        victims.add(replica);
      }
    }
    if (victims.isEmpty()) {
      return Optional.empty();
    }
    String victim = victims.get(random.nextInt(victims.size())).path("id").asText();
    return process(victim).filter(ProcessHandle::destroyForcibly).map(process -> victim);
  }

  /** Its first process: what it has started itself has its environment too, and came later. */
  private static Optional<ProcessHandle> process(String replica) {
    return ProcessHandle.allProcesses()
        .filter(process -> isReplica(process, replica))
        .min(Comparator.comparing(ReplicaKill::begun).thenComparing(ProcessHandle::pid));
  }

  private static Instant begun(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.MAX);
  }

  private static boolean isReplica(ProcessHandle process, String replica) {
    Path environ = Path.of("/proc", String.valueOf(process.pid()), "environ");
    try {
      String text = new String(Files.readAllBytes(environ), StandardCharsets.UTF_8);
      return ("\0" + text).contains("\0AGENT_REPLICA=" + replica + "\0");
    } catch (IOException e) {
      return false;
    }
  }
}
