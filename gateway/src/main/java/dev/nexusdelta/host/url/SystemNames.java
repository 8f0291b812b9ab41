package dev.nexusdelta.host.url;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Names as the machine resolves them ({@code /etc/hosts}, search domains, DNS), on two worker
 * threads of its own. The JVM keeps answers for 30 s unless it is told otherwise ({@code
 * -Dsun.net.inetaddr.ttl=3}).
 */
public final class SystemNames implements Names {
  private static final int THREADS = 2;
  private static final int TIMEOUT_SECONDS = 10;

  private final WorkerExecutor workers;

  /** The threads end with {@code vertx}. */
  public SystemNames(Vertx vertx) {
    this.workers = vertx.createSharedWorkerExecutor("nexus-names", THREADS);
  }

  @Override
  public Future<List<String>> resolve(String host) {
    return workers
        .executeBlocking(
            () ->
                Arrays.stream(InetAddress.getAllByName(host))
                    .map(InetAddress::getHostAddress)
                    .toList(),
            false)
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
