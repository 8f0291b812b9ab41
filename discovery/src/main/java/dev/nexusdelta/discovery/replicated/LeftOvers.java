package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes into the cluster what a gateway had while it was alone, agent by agent, as ordinary writes.
 * Where the cluster has an agent of that name, that one counts; it gets a revision above the one
 * that gives way, so that whoever knows that one sees a newer.
 *
 * <p>Keys of callers are taken in only where the cluster has none, so that nobody gets in without
 * one for the joining; where it has some, one that was revoked there must not come back so.
 */
final class LeftOvers {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOvers.class);
  private static final long EVERY_MILLIS = 500;

  private final Vertx vertx;
  private final Ledger ledger;
  private final Writes writes;
  private final TakeOver told;
  private long timer = -1;
  private boolean busy;

  LeftOvers(Vertx vertx, Ledger ledger, Writes writes, TakeOver told) {
    this.vertx = vertx;
    this.ledger = ledger;
    this.writes = writes;
    this.told = told;
  }

  void begin() {
    timer = vertx.setPeriodic(EVERY_MILLIS, tick -> look());
  }

  void end() {
    vertx.cancelTimer(timer);
  }

  /** One agent at a time, on the timer's context. */
  private void look() {
    Map<String, String> left = ledger.leftOvers();
    if (busy || left.isEmpty() || ledger.state().leader().isEmpty()) {
      return;
    }
    TreeMap<String, String> all = new TreeMap<>(left);
    String agent = Keys.agentOf(all.firstKey());
    all.keySet().removeIf(key -> !Keys.agentOf(key).equals(agent));
    busy = true;
    taken(agent, all)
        .onComplete(
            done -> {
              busy = false;
              if (done.succeeded()) {
                ledger.dropLeftOvers(all.keySet());
              } else {
                LOG.info(
                    "{} not taken into the cluster yet: {}",
                    agent.equals(Keys.KEY) ? "keys are" : "agent '" + agent + "' is",
                    done.cause().getMessage());
              }
            });
  }

  private Future<Void> taken(String agent, Map<String, String> left) {
    NavigableMap<String, Entry> there = ledger.entries();
    if (agent.equals(Keys.KEY)) {
      return keys(left, there);
    }
    String key = Keys.AGENT + agent;
    Entry theirs = there.get(key);
    String ours = left.get(key);
    try {
      if (ours != null && theirs != null) {
        return settled(key, LedgerStore.spec(ours), theirs);
      }
      return theirs != null ? Future.succeededFuture() : added(agent, left, there);
    } catch (IllegalArgumentException e) {
      LOG.error("what this gateway had of agent '{}' is dropped: {}", agent, e.getMessage());
      return Future.succeededFuture();
    }
  }

  private Future<Void> keys(Map<String, String> left, NavigableMap<String, Entry> there) {
    List<String> names =
        left.keySet().stream()
            .filter(key -> key.startsWith(Keys.KEY_NAME))
            .map(key -> key.substring(Keys.KEY_NAME.length()))
            .toList();
    if (!Writes.under(there, Keys.KEY).isEmpty()) {
      told.keys(names, false);
      return Future.succeededFuture();
    }
    List<Edit> edits = new ArrayList<>();
    left.forEach((key, text) -> edits.add(Edit.add(key, text)));
    return write("keys of callers", edits).onSuccess(done -> told.keys(names, true));
  }

  private Future<Void> added(
      String agent, Map<String, String> left, NavigableMap<String, Entry> there) {
    List<Edit> edits = new ArrayList<>();
    left.forEach(
        (key, text) -> {
          if (!there.containsKey(key)) {
            edits.add(Edit.add(key, text));
          }
        });
    if (edits.isEmpty()) {
      return Future.succeededFuture();
    }
    String ours = left.get(Keys.AGENT + agent);
    return write("agent '" + agent + "'", edits)
        .onSuccess(
            v -> {
              if (ours != null) {
                told.takenIn(LedgerStore.spec(ours));
              }
            });
  }

  private Future<Void> settled(String key, AgentSpec ours, Entry there) {
    AgentSpec theirs = LedgerStore.spec(there);
    if (ours.equals(theirs)) {
      return Future.succeededFuture();
    }
    if (theirs.revision() > ours.revision()) {
      told.gaveWay(ours, theirs);
      return Future.succeededFuture();
    }
    AgentSpec next =
        new AgentSpec(
            theirs.name(),
            theirs.manifest(),
            theirs.enabled(),
            theirs.pinned(),
            theirs.generation(),
            ours.revision() + 1,
            theirs.codeHash(),
            theirs.appliedHash(),
            theirs.deleted(),
            theirs.updated(),
            theirs.by());
    Edit edit = Edit.replace(key, there.written(), Documents.of(next).encode());
    return write("agent '" + ours.name() + "'", List.of(edit))
        .onSuccess(v -> told.gaveWay(ours, next));
  }

  private Future<Void> write(String what, List<Edit> edits) {
    return writes.write(
        what,
        edits,
        found -> new IllegalStateException(Writes.named(edits) + " was changed meanwhile"));
  }
}
