package dev.nexusdelta.host.url;

import dev.nexusdelta.host.Containers;
import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What an address of a manifest means now: places, sorted. Answers arrive on the context.
 *
 * @param period after which the same is asked again
 */
record Resolver(Names names, Containers containers, Context context, Duration period) {
  private static final int HTTP = 80;

  /** What needs no resolution; InetAddress and the like would ask for anything else. */
  private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*]");

  /** Asks; a name without addresses is a failure, an agent without containers is none. */
  void resolve(URI url, Handler<AsyncResult<List<Place>>> answer) {
    String host = url.getHost();
    int port = url.getPort() < 0 ? HTTP : url.getPort();
    if (isContainer(url)) {
      OptionalInt inside = url.getPort() < 0 ? OptionalInt.empty() : OptionalInt.of(port);
      later(containers.labelled(new AgentName(host), inside).map(Resolver::sorted), answer);
    } else if (LITERAL.matcher(host).matches()) {
      String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      answer.handle(Future.succeededFuture(List.of(new Place(address, port))));
    } else {
      later(
          names
              .resolve(host)
              .compose(
                  found ->
                      found.isEmpty()
                          ? Future.failedFuture("no addresses")
                          : Future.succeededFuture(sorted(places(found, port)))),
          answer);
    }
  }

  /** Whether an address means the containers of this agent. */
  static boolean isOf(AgentName agent, URI url) {
    return isContainer(url) && new AgentName(url.getHost()).equals(agent);
  }

  /** The name that who is asked goes by; empty text where the address says it. */
  static String nameOf(URI url) {
    return isContainer(url) || LITERAL.matcher(url.getHost()).matches() ? "" : url.getHost();
  }

  private static boolean isContainer(URI url) {
    return url.getScheme().equalsIgnoreCase("container");
  }

  private void later(Future<List<Place>> found, Handler<AsyncResult<List<Place>>> answer) {
    found.onComplete(result -> context.runOnContext(v -> answer.handle(result)));
  }

  private static List<Place> places(List<String> addresses, int port) {
    return addresses.stream().map(address -> new Place(address, port)).toList();
  }

  /** So that ordinals are alike on every gateway. */
  private static List<Place> sorted(List<Place> places) {
    return places.stream()
        .sorted(Comparator.comparing(Place::address).thenComparingInt(Place::port))
        .toList();
  }
}
