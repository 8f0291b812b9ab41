package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Ends a replica as a crash would: SIGKILL. Only a process that the gateway lists as a healthy
 * replica of the agent, and whose own environment says that it is that replica: so neither another
 * machine's pids nor a reused one can hit a bystander.
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
      if (replica.path("state").asText().equals("healthy") && isHere(replica)) {
        victims.add(replica);
      }
    }
    if (victims.isEmpty()) {
      return Optional.empty();
    }
    JsonNode victim = victims.get(random.nextInt(victims.size()));
    return ProcessHandle.of(victim.path("pid").asLong())
        .filter(process -> isHere(victim) && process.destroyForcibly())
        .map(process -> victim.path("id").asText());
  }

  private static boolean isHere(JsonNode replica) {
    Path environ = Path.of("/proc", replica.path("pid").asText("0"), "environ");
    try {
      String text = new String(Files.readAllBytes(environ), StandardCharsets.UTF_8);
      return ("\0" + text).contains("\0AGENT_REPLICA=" + replica.path("id").asText() + "\0");
    } catch (IOException e) {
      return false;
    }
  }
}
