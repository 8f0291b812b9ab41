package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.topic.ITopic;
import dev.nexusdelta.load.LoadChannel;
import dev.nexusdelta.load.LoadReport;
import dev.nexusdelta.load.LoadTexts;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Load reports over a topic of the cluster. A gateway's own reports reach its own receivers at once
 * and by no network, so that it knows its load before it has joined, and while the cluster hangs.
 */
public final class HazelcastLoads implements LoadChannel {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastLoads.class);

  private final HazelcastMember member;
  private final String gateway;
  private final List<Consumer<LoadReport>> receivers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean sending = new AtomicBoolean();
  private final AtomicBoolean toldOfGarbage = new AtomicBoolean();
  private final Future<Void> listening;

  /**
   * A channel of this member, whose owner closes it.
   *
   * @param gateway name of this one, as in its reports
   */
  public HazelcastLoads(HazelcastMember member, String gateway) {
    this.member = member;
    this.gateway = gateway;
    listening =
        member.run(
            hazelcast -> {
              ITopic<String> topic = hazelcast.getTopic(HazelcastConfig.LOADS);
              topic.addMessageListener(message -> heard(message.getMessageObject()));
              return null;
            });
    listening.onFailure(e -> LOG.debug("loads of others are not heard: {}", e.toString()));
  }

  /** Succeeds when reports of others reach this one; earlier ones are lost. */
  Future<Void> listening() {
    return listening;
  }

  @Override
  public Future<Void> send(LoadReport report) {
    tell(report);
    // What cannot be sent now is worth nothing later: never more than one on its way.
    if (!member.joined().isComplete() || !sending.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return member
        .<Void>run(
            hazelcast -> {
              if (hazelcast.getCluster().getMembers().size() > 1) {
                hazelcast.<String>getTopic(HazelcastConfig.LOADS).publish(LoadTexts.text(report));
              }
              return null;
            })
        .onComplete(sent -> sending.set(false));
  }

  @Override
  public void receive(Consumer<LoadReport> reports, Consumer<Set<String>> present) {
    receivers.add(reports);
    member.whenLeft(present);
  }

  private void heard(String text) {
    try {
      LoadReport report = LoadTexts.report(text);
      if (!report.gateway().equals(gateway)) {
        tell(report);
      }
    } catch (IllegalArgumentException e) {
      if (toldOfGarbage.compareAndSet(false, true)) {
        LOG.warn("a load report is ignored, as will be others like it: {}", e.getMessage());
      }
    }
  }

  private void tell(LoadReport report) {
    receivers.forEach(receiver -> receiver.accept(report));
  }
}
