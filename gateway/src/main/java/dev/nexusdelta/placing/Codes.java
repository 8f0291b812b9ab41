package dev.nexusdelta.placing;

import static java.util.stream.Collectors.toSet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.Placed;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which code this gateway's folder holds of each agent: looked at when the spec changes, then every
 * two seconds while it is other code than the spec's, else every half minute. Not thread-safe:
 * belongs to the context of {@link Placing}; files are read on a worker.
 */
final class Codes {
  private static final Logger LOG = LoggerFactory.getLogger(Codes.class);
  private static final long MISSING = Duration.ofSeconds(2).toNanos();
  private static final long HELD = Duration.ofSeconds(30).toNanos();

  private final Vertx vertx;
  private final Function<AgentSpec, HeldCode> code;
  private final Map<String, Seen> seen = new HashMap<>();
  private boolean looking;

  /**
   * What was found.
   *
   * @param revision of the spec by whose manifest it was looked for
   */
  record Seen(long revision, String hash, boolean travels, long at) {}

  /**
   * Nothing is known yet.
   *
   * @param code of an agent that is here; blocking
   */
  Codes(Vertx vertx, Function<AgentSpec, HeldCode> code) {
    this.vertx = vertx;
    this.code = code;
  }

  /** Whether it matters which code is where. */
  static boolean matters(AgentSpec spec) {
    Run run = spec.manifest().run();
    return !spec.deleted()
        && !spec.codeHash().isEmpty()
        && (run instanceof Run.Java || run instanceof Run.Command);
  }

  /** What is known of the agent; of none whose code does not matter. */
  Seen of(AgentSpec spec) {
    return matters(spec)
        ? seen.getOrDefault(spec.name().key(), new Seen(0, "", false, 0))
        : new Seen(spec.revision(), "", false, 0);
  }

  /**
   * Looks at what is due, one look at a time.
   *
   * @param found told, on the caller's context, if anything was looked at
   */
  void look(List<Placed> agents, long now, Runnable found) {
    if (looking) {
      return;
    }
    seen.keySet().retainAll(agents.stream().map(it -> it.spec().name().key()).collect(toSet()));
    List<AgentSpec> due =
        agents.stream()
            .map(Placed::spec)
            .filter(spec -> matters(spec) && isDue(spec, now))
            .toList();
    if (due.isEmpty()) {
      return;
    }
    looking = true;
    Future<Map<String, Seen>> looked =
        vertx.executeBlocking(
            () -> {
              Map<String, Seen> hashes = new HashMap<>();
              for (AgentSpec spec : due) {
                HeldCode held = code.apply(spec);
                hashes.put(
                    spec.name().key(), new Seen(spec.revision(), held.hash(), held.travels(), now));
              }
              return hashes;
            },
            false);
    looked.onComplete(
        done -> {
          looking = false;
          if (done.succeeded()) {
            seen.putAll(done.result());
            found.run();
          } else {
            LOG.warn(
                "the code in the agents folder is not known: {}", String.valueOf(done.cause()));
          }
        });
  }

  private boolean isDue(AgentSpec spec, long now) {
    Seen known = seen.get(spec.name().key());
    return known == null
        || known.revision() != spec.revision()
        || now - known.at() >= (known.hash().equals(spec.codeHash()) ? HELD : MISSING);
  }
}
