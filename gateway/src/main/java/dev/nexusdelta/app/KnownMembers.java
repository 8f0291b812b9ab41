package dev.nexusdelta.app;

import dev.nexusdelta.discovery.hazelcast.ClusterMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other gateways of the cluster were last seen, kept in the data folder: the first
 * gateway of a cluster was told of nobody, and must find the others when it starts again. Used by
 * one thread at a time.
 */
final class KnownMembers {
  private static final Logger LOG = LoggerFactory.getLogger(KnownMembers.class);
  private static final String FILE = "cluster.members";
  private static final String ENTRY = "[A-Za-z0-9.:-]+:[0-9]{1,5}";

  /** More than a cluster has: those that moved are among them. */
  private static final int MOST = 32;

  private final Path file;
  private List<String> kept;

  KnownMembers(Path data) {
    file = data.resolve(FILE);
    kept = read();
  }

  private List<String> read() {
    try {
      return Files.readAllLines(file).stream().filter(line -> line.matches(ENTRY)).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("{} is not used, which names other gateways: {}", file, e.toString());
      return List.of();
    }
  }

  /** Those to join: the ones that were configured, and the ones that were seen. */
  List<String> and(List<String> configured) {
    Set<String> all = new LinkedHashSet<>(configured);
    all.addAll(kept);
    return List.copyOf(all);
  }

  /** These are there now; others are remembered, the one seen last first. */
  void seen(List<ClusterMember> present) {
    Set<String> next = new LinkedHashSet<>();
    present.stream().filter(member -> !member.self()).forEach(it -> next.add(it.address()));
    next.addAll(kept);
    List<String> latest = new ArrayList<>(next).subList(0, Math.min(MOST, next.size()));
    if (latest.equals(kept)) {
      return;
    }
    kept = List.copyOf(latest);
    try {
      Path whole = file.resolveSibling(FILE + ".next");
      Files.write(whole, kept);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("other gateways cannot be remembered in {}: {}", file, e.toString());
    }
  }
}
