package dev.nexusdelta.app;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops and what they wait for sockets with: io_uring costs least, epoll a quarter more,
 * NIO runs everywhere. Containers often forbid io_uring.
 */
final class EventLoops {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

  private static final String AUTO = "auto";
  private static final List<String> BEST_FIRST = List.of("io_uring", "epoll", "nio");

  private EventLoops() {}

  /** Whether a setting says that. */
  static boolean isKnown(String transport) {
    return transport.equals(AUTO) || BEST_FIRST.contains(transport);
  }

  /**
   * Starts them.
   *
   * @param wanted {@code auto}, or the one that must be available
   * @throws IllegalStateException saying why that is not available
   */
  static Vertx open(String wanted, int loops) {
    List<String> without = new ArrayList<>();
    for (String name : wanted.equals(AUTO) ? BEST_FIRST : List.of(wanted)) {
      Transport transport = byName(name);
      if (transport != null && transport.available()) {
        log.info("transport {}{}", name, without.isEmpty() ? "" : ", not " + without);
        return open(transport, loops);
      }
      without.add(name + " (" + why(transport) + ")");
    }
    throw new IllegalStateException("transport " + without.get(0));
  }

  private static Vertx open(Transport transport, int loops) {
    return Vertx.builder()
        .with(
            new VertxOptions()
                // Nothing is served from the class path: no cache folder that a kill would leave
                // behind.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4))
        .withTransport(transport)
        .build();
  }

  private static @Nullable Transport byName(String name) {
    return switch (name) {
      case "io_uring" -> Transport.IO_URING;
      case "epoll" -> Transport.EPOLL;
      default -> Transport.NIO;
    };
  }

  /** The innermost cause, which names what the system refused. */
  private static String why(@Nullable Transport transport) {
    Throwable cause = transport == null ? null : transport.unavailabilityCause();
    if (cause == null) {
      return "not for this system";
    }
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
