package dev.nexusdelta.placing;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.ClusterPart;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.Placed;
import dev.nexusdelta.fleet.PlacingControl;
import dev.nexusdelta.load.Leadership;
import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.Drains;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.Placement;
import dev.nexusdelta.placement.PlacementChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster of this gateway's host, decides where replicas run while this gateway leads,
 * and gives the fleet its share, whoever has decided: every second, and at once on news.
 *
 * <p>All of it on one Vert.x context; everything from outside is posted there, and news of the same
 * moment are taken up together.
 */
public final class Placing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Placing.class);
  private static final Duration EACH = Duration.ofSeconds(1);

  /** How often all is read anew, should anything have been missed. */
  private static final Duration REFRESHED = Duration.ofSeconds(30);

  /** So long news are gathered, and a millisecond more for so many agents. */
  private static final Duration GATHERED = Duration.ofMillis(20);

  private static final int AGENTS_PER_MILLI = 50;

  private final Parts parts;
  private final Context context;
  private final Board board;
  private final Codes codes;
  private final HostTelling telling;
  private final Leading leading;
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile Set<String> gateways = Set.of();
  private volatile Set<String> draining = Set.of();
  private volatile long memory;
  private long timer = -1;
  private long refresh = -1;

  /** All that was published before is known: nobody decides before that. */
  private boolean knows;

  /** When a gateway was known to lead last, or this one began. */
  private long ledAt;

  private Hearing.Rule rule;

  private volatile int agentCount;
  private volatile boolean closed;

  /**
   * What placing works with.
   *
   * @param gateway name of this one
   * @param shares what the fleet reads
   * @param forgotten gateways that are there though they do not belong: their hosts count for
   *     nothing
   * @param host of this gateway
   * @param code of an agent that is on this machine: the wanted one, else any; blocking, called on
   *     a worker
   * @param patience how long things are waited for
   * @param clock for the order of this gateway's lives
   * @param nanos a monotonic clock
   */
  public record Parts(
      Vertx vertx,
      String gateway,
      Registry registry,
      PlacingControl fleet,
      ClusterShares shares,
      EventLog events,
      PlacementChannel channel,
      Drains drains,
      Supplier<Set<String>> forgotten,
      Leadership leadership,
      HostFacts host,
      Function<AgentSpec, HeldCode> code,
      Placement.Patience patience,
      InstantSource clock,
      LongSupplier nanos) {}

  private Placing(Parts parts) {
    this.parts = parts;
    context = parts.vertx().getOrCreateContext();
    ledAt = parts.nanos().getAsLong();
    rule = new Hearing.Rule(false, parts.patience().lost());
    board = new Board(parts.gateway());
    codes = new Codes(parts.vertx(), parts.code());
    telling = new HostTelling(parts.gateway(), parts.clock().millis(), parts.host());
    leading = new Leading(parts, board);
  }

  /** Begins to tell, to hear and to decide. */
  public static Placing start(Parts parts) {
    Placing placing = new Placing(parts);
    parts.channel().listen(placing.new Ear());
    parts.drains().watch(placing::soon);
    parts.fleet().onLook(placing::soon);
    placing.post(
        () -> {
          placing.timer =
              parts.vertx().setPeriodic(EACH.toMillis(), tick -> placing.run(placing::turn));
          placing.refresh =
              parts
                  .vertx()
                  .setPeriodic(REFRESHED.toMillis(), tick -> placing.run(parts.channel()::refresh));
          placing.turn();
        });
    return placing;
  }

  /** Gateways that can be drained: those that are there, and those that are drained already. */
  public Set<String> gateways() {
    return gateways;
  }

  /** Gateways on whose hosts nothing is to run. */
  public Set<String> draining() {
    return draining;
  }

  /** Bytes that all replicas may take together, on all hosts that are there; 0 = no bound. */
  public long memory() {
    return memory;
  }

  /** Has nothing run on that gateway's host, or lets it take replicas again. */
  public Future<Void> drain(String gateway, boolean drain) {
    return parts.drains().drain(gateway, drain);
  }

  /** After a moment, in which more may have happened. */
  private void soon() {
    if (!closed && due.compareAndSet(false, true)) {
      context.runOnContext(
          turn ->
              parts
                  .vertx()
                  .setTimer(
                      GATHERED.toMillis() + agentCount / AGENTS_PER_MILLI,
                      fired -> {
                        due.set(false);
                        run(this::turn);
                      }));
    }
  }

  private void turn() {
    List<Placed> agents = parts.fleet().placed();
    agentCount = agents.size();
    board.drain(parts.drains().draining());
    board.leaveOut(parts.forgotten().get());
    long now = parts.nanos().getAsLong();
    boolean changed = knows && leading.look(parts.leadership().leads());
    changed |= isRuleOther(now);
    codes.look(agents, now, this::soon);
    telling
        .next(agents, codes, board, leading.leads(), now)
        .ifPresent(
            report -> {
              say(board.put(report));
              parts.channel().report(report);
            });
    if (leading.leads()) {
      say(leading.decide(agents, now));
    }
    if (changed) {
      say(agents.stream().map(agent -> agent.spec().name().key()).toList());
    }
    keep(agents);
    gateways = board.gateways();
    draining = board.draining();
    boolean bounded = board.hosts().stream().allMatch(host -> host.report().memory() > 0);
    memory = bounded ? board.hosts().stream().mapToLong(host -> host.report().memory()).sum() : 0;
  }

  /** Looks whether anybody decides, or may after a while; true if that has changed. */
  private boolean isRuleOther(long now) {
    if (parts.leadership().isLed()) {
      ledAt = now;
    }
    Hearing.Rule before = rule;
    Duration patience = parts.patience().lost();
    rule = new Hearing.Rule(now - ledAt >= patience.toNanos(), patience);
    return !rule.equals(before);
  }

  private void keep(List<Placed> agents) {
    Set<String> known = new HashSet<>(board.assignments().keySet());
    agents.forEach(agent -> known.add(agent.spec().name().key()));
    parts.shares().keep(known);
  }

  /** Tells the fleet what holds of these agents now. */
  private void say(Collection<String> agents) {
    Map<String, ClusterPart> said = new HashMap<>();
    for (String agent : agents) {
      said.put(agent, Hearing.of(agent, board, parts.gateway(), leading.leads(), rule));
    }
    parts.shares().take(said);
  }

  private void post(Runnable work) {
    context.runOnContext(turn -> run(work));
  }

  private void run(Runnable work) {
    if (closed) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("a turn of placing failed; the next one comes", e);
    }
  }

  /** Tells, hears and decides no more; what runs is left as it is. */
  @Override
  public void close() {
    closed = true;
    context.runOnContext(
        turn -> {
          parts.vertx().cancelTimer(timer);
          parts.vertx().cancelTimer(refresh);
        });
  }

  /** Takes news to the context. */
  private final class Ear implements PlacementChannel.Listener {
    @Override
    public void all(Map<String, HostReport> hosts, Map<String, Assignment> assignments) {
      post(
          () -> {
            say(board.all(hosts, assignments));
            knows = true;
            soon();
          });
    }

    @Override
    public void reported(HostReport report) {
      post(
          () -> {
            say(board.reported(report));
            soon();
          });
    }

    @Override
    public void left(String gateway) {
      post(
          () -> {
            say(board.left(gateway));
            soon();
          });
    }

    @Override
    public void assigned(Assignment assignment) {
      post(
          () -> {
            if (board.assigned(assignment)) {
              say(Set.of(assignment.agent()));
            }
          });
    }

    @Override
    public void forgotten(String agent) {
      post(
          () -> {
            if (!leading.leads()) {
              board.forgotten(agent);
              say(Set.of(agent));
            }
          });
    }
  }
}
