package dev.nexusdelta.placing;

import dev.nexusdelta.placement.Assignment;
import dev.nexusdelta.placement.Drains;
import dev.nexusdelta.placement.HostReport;
import dev.nexusdelta.placement.PlacementChannel;
import dev.nexusdelta.placement.PlacementTexts;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channels of several gateways, and their wishes to drain, in memory. */
public final class MemoryCluster implements Drains {
  private final Map<String, HostReport> hosts = new TreeMap<>();
  private final Map<String, Assignment> assignments = new TreeMap<>();
  private final Set<String> draining = new HashSet<>();
  private final List<Runnable> watchers = new ArrayList<>();
  private final List<Channel> channels = new ArrayList<>();
  private boolean broken;

  /** Every assignment ever published. */
  public final List<Assignment> published = new ArrayList<>();

  /** The channel of a gateway that joins. */
  public synchronized PlacementChannel join(String gateway) {
    Channel channel = new Channel(gateway);
    channels.add(channel);
    return channel;
  }

  /** The gateway is gone, and all know. */
  public synchronized void lose(String gateway) {
    channels.removeIf(channel -> channel.gateway.equals(gateway));
    hosts.remove(gateway);
    channels.forEach(Channel::tellAll);
  }

  /** A host that a test tells of itself. */
  public synchronized void report(HostReport report) {
    hosts.put(report.gateway(), report);
    tell(listener -> listener.reported(report));
  }

  /** What is published of an agent now. */
  public synchronized @Nullable Assignment assignment(String agent) {
    return assignments.get(agent);
  }

  public synchronized void assign(Assignment assignment) {
    // As it travels.
    Assignment read = PlacementTexts.assignment(PlacementTexts.text(assignment));
    published.add(read);
    assignments.put(read.agent(), read);
    tell(listener -> listener.assigned(read));
  }

  @Override
  public synchronized Future<Void> drain(String gateway, boolean drain) {
    if (drain ? draining.add(gateway) : draining.remove(gateway)) {
      watchers.forEach(Runnable::run);
    }
    return Future.succeededFuture();
  }

  @Override
  public synchronized Set<String> draining() {
    return Set.copyOf(draining);
  }

  @Override
  public synchronized void watch(Runnable changed) {
    watchers.add(changed);
  }

  /** Nothing can be published, or it can again. */
  public synchronized void isBroken(boolean is) {
    broken = is;
  }

  private synchronized boolean broken() {
    return broken;
  }

  private synchronized void forget(String agent) {
    assignments.remove(agent);
    tell(listener -> listener.forgotten(agent));
  }

  private void tell(Consumer<PlacementChannel.Listener> news) {
    for (Channel channel : channels) {
      PlacementChannel.Listener listener = channel.listener;
      if (listener != null) {
        news.accept(listener);
      }
    }
  }

  private final class Channel implements PlacementChannel {
    final String gateway;
    PlacementChannel.@Nullable Listener listener;

    Channel(String gateway) {
      this.gateway = gateway;
    }

    @Override
    public Future<Void> report(HostReport report) {
      synchronized (MemoryCluster.this) {
        if (channels.contains(this)) {
          MemoryCluster.this.report(PlacementTexts.report(PlacementTexts.text(report)));
        }
      }
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> assign(Assignment assignment) {
      if (broken()) {
        return Future.failedFuture("no cluster");
      }
      MemoryCluster.this.assign(assignment);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> forget(String agent) {
      MemoryCluster.this.forget(agent);
      return Future.succeededFuture();
    }

    @Override
    public void listen(Listener to) {
      synchronized (MemoryCluster.this) {
        listener = to;
        tellAll();
      }
    }

    @Override
    public void refresh() {
      synchronized (MemoryCluster.this) {
        tellAll();
      }
    }

    void tellAll() {
      PlacementChannel.Listener told = listener;
      if (told != null) {
        told.all(new HashMap<>(hosts), new HashMap<>(assignments));
      }
    }
  }
}
