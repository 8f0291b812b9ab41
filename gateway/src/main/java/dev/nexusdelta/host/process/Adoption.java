package dev.nexusdelta.host.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what an earlier gateway of this data folder has left running. Only what is beyond doubt one
 * of its replicas is adopted; what carries its mark but is not whole is ended, for nobody would
 * ever stop it. Blocking.
 */
final class Adoption {
  private static final Logger log = LoggerFactory.getLogger(Adoption.class);

  private final Proc proc;
  private final Group group;
  private final IntentFiles intents;
  private final String owner;

  Adoption(Proc proc, Group group, IntentFiles intents, String owner) {
    this.proc = proc;
    this.group = group;
    this.intents = intents;
    this.owner = owner;
  }

  /** Everything that runs and is ours; its records are up to date when this returns. */
  List<Intent> adopt() throws IOException {
    String bootId = proc.bootId();
    List<Proc.Stat> all = proc.all();
    Map<String, List<Proc.Stat>> marked = marked(all);
    Map<Integer, List<String>> listening = proc.listening();
    List<Intent> adopted = new ArrayList<>();
    for (Intent intent : intents.readAll()) {
      List<Proc.Stat> processes = marked.getOrDefault(intent.id(), List.of());
      Optional<Intent> identified = identify(intent, processes, bootId, all, listening);
      if (identified.isPresent()) {
        intents.write(identified.get());
        adopted.add(identified.get());
        marked.remove(intent.id());
      } else {
        remains(intent, bootId)
            .ifPresent(p -> marked.computeIfAbsent(intent.id(), id -> new ArrayList<>()).add(p));
        intents.delete(intent.id());
      }
    }
    marked.forEach(this::end);
    return adopted;
  }

  /**
   * Ends what has appeared with our mark since and has no record: a process that was between fork
   * and exec in the moment when its gateway died. Those started since have theirs.
   */
  void endStrays() throws IOException {
    Map<String, List<Proc.Stat>> marked = marked(proc.all());
    marked.keySet().removeIf(intents::exists);
    marked.forEach(this::end);
  }

  private Optional<Intent> identify(
      Intent intent,
      List<Proc.Stat> processes,
      String bootId,
      List<Proc.Stat> all,
      Map<Integer, List<String>> listening) {
    Optional<Proc.Stat> leader =
        processes.stream()
            .filter(p -> isLeader(intent, p, bootId))
            .min(Comparator.comparingLong(Proc.Stat::startTicks));
    if (leader.isEmpty() || !proc.ownedByUs(leader.get().pid())) {
      return Optional.empty();
    }
    if (!listensItself(intent, leader.get().pid(), all, listening)) {
      log.warn(
          "replica {} is ended: somebody else listens on its port {}", intent.id(), intent.port());
      return Optional.empty();
    }
    Intent whole = intent.running(leader.get().pid(), leader.get().startTicks(), bootId);
    return Optional.of(intent.phase() == Intent.Phase.STOPPING ? whole.stopping() : whole);
  }

  /** The very process of the record although its environment no longer says so. */
  private Optional<Proc.Stat> remains(Intent intent, String bootId) {
    return intent.pid() == 0 || intent.startTicks() == 0 || !intent.bootId().equals(bootId)
        ? Optional.empty()
        : proc.stat(intent.pid())
            .filter(p -> p.alive() && p.startTicks() == intent.startTicks())
            .filter(p -> proc.ownedByUs(p.pid()));
  }

  private static boolean isLeader(Intent intent, Proc.Stat process, String bootId) {
    if (intent.pid() == 0) {
      // The gateway died between exec and writing the number down: the environment is the proof.
      return process.session() == process.pid();
    }
    return process.pid() == intent.pid()
        && (intent.startTicks() == 0 || process.startTicks() == intent.startTicks())
        && intent.bootId().equals(bootId);
  }

  /** True too while nobody listens there: it may still be starting. */
  private boolean listensItself(
      Intent intent, long leader, List<Proc.Stat> all, Map<Integer, List<String>> listening) {
    List<String> inodes = listening.get(intent.port());
    return inodes == null
        || all.stream()
            .filter(p -> p.group() == leader || p.session() == leader)
            .anyMatch(p -> proc.holdsSocket(p.pid(), inodes));
  }

  private void end(String replica, List<Proc.Stat> processes) {
    log.warn(
        "{} processes of replica {}, which is not on record, are ended", processes.size(), replica);
    Set<Long> pids = new HashSet<>();
    for (Proc.Stat process : processes) {
      pids.add(process.pid());
      try {
        pids.addAll(group.members(replica, process.group(), process.startTicks()));
      } catch (IOException e) {
        log.warn("cannot look for the group of process {}: {}", process.pid(), e.toString());
      }
    }
    group.kill(List.copyOf(pids));
  }

  /** Living processes that carry our mark, by replica. */
  private Map<String, List<Proc.Stat>> marked(List<Proc.Stat> all) {
    Map<String, List<Proc.Stat>> found = new HashMap<>();
    for (Proc.Stat stat : all) {
      Map<String, String> environment = proc.environment(stat.pid());
      String replica = environment.get(Group.REPLICA);
      if (stat.alive() && replica != null && owner.equals(environment.get(Group.OWNER))) {
        found.computeIfAbsent(replica, id -> new ArrayList<>()).add(stat);
      }
    }
    return found;
  }
}
