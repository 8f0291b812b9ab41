package dev.nexusdelta.host.process;

import dev.nexusdelta.host.ReplicaStats;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of one replica: its leader, everything in the leader's session and group, and what
 * left both but still carries the replica's environment. Blocking, thread-safe.
 */
final class Group {
  static final String OWNER = "NEXUS_OWNER";
  static final String REPLICA = "AGENT_REPLICA";
  // USER_HZ, which is 100 on every architecture that a JDK of today runs on.
  private static final int MILLIS_A_TICK = 10;
  private static final Logger log = LoggerFactory.getLogger(Group.class);

  private final Proc proc;
  private final String owner;

  Group(Proc proc, String owner) {
    this.proc = proc;
    this.owner = owner;
  }

  /** Living processes of the replica; zombies do not count. */
  List<Long> members(String replica, long leader, long leaderTicks) throws IOException {
    List<Proc.Stat> all = proc.all();
    List<Long> inGroup = new ArrayList<>();
    List<Long> marked = new ArrayList<>();
    boolean leaderStands = false;
    boolean groupIsOurs = false;
    for (Proc.Stat stat : all) {
      boolean sameGroup = leader > 0 && (stat.group() == leader || stat.session() == leader);
      leaderStands |= stat.pid() == leader && stat.startTicks() == leaderTicks;
      if (!stat.alive()) {
        continue;
      }
      boolean ours = stat.startTicks() >= leaderTicks && carries(stat.pid(), replica);
      if (ours) {
        marked.add(stat.pid());
      }
      if (sameGroup) {
        inGroup.add(stat.pid());
        groupIsOurs |= ours;
      }
    }
    // A group outlives its leader while it has members, and its number is not used again before.
    // With the leader gone and nobody in it who carries our mark, the number may be somebody
    // else's by now.
    if (leaderStands || groupIsOurs) {
      inGroup.stream().filter(pid -> !marked.contains(pid)).forEach(marked::add);
    }
    return marked;
  }

  /** Whether the process is still the very one that was started then, and not a later one. */
  boolean isAlive(long pid, long startTicks) {
    return proc.stat(pid).filter(s -> s.alive() && s.startTicks() == startTicks).isPresent();
  }

  /** What the replica uses with everything that it has started. */
  ReplicaStats use(String replica, long leader, long leaderTicks) throws IOException {
    long memory = 0;
    long ticks = 0;
    for (long pid : members(replica, leader, leaderTicks)) {
      memory += proc.memory(pid);
      ticks += proc.stat(pid).map(Proc.Stat::cpuTicks).orElse(0L);
    }
    return new ReplicaStats(memory, Duration.ofMillis(ticks * MILLIS_A_TICK));
  }

  private boolean carries(long pid, String replica) {
    Map<String, String> environment = proc.environment(pid);
    return owner.equals(environment.get(OWNER)) && replica.equals(environment.get(REPLICA));
  }

  /** Asks the replica's group to end. */
  void terminate(String replica, long leader, long leaderTicks) throws IOException {
    Optional<Proc.Stat> stat = proc.stat(leader);
    if (stat.isPresent() && stat.get().startTicks() == leaderTicks) {
      // Just after its start it may not have made its session yet.
      boolean ownGroup = stat.get().group() == leader;
      signal("TERM", List.of(ownGroup ? -leader : leader));
    } else {
      signal("TERM", members(replica, leader, leaderTicks));
    }
  }

  /** Ends these processes at once. */
  void kill(List<Long> pids) {
    signal("KILL", pids);
  }

  /** Negative numbers are groups, as for kill(1). Who is gone already is no failure. */
  private static void signal(String name, List<Long> targets) {
    if (targets.isEmpty()) {
      return;
    }
    StringBuilder command = new StringBuilder("kill -s ").append(name).append(" --");
    targets.forEach(pid -> command.append(' ').append(pid));
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", command.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(5, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      log.error("cannot run '{}': {}", command, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
