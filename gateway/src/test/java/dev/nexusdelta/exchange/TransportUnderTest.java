package dev.nexusdelta.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;

/**
 * Event loops on the transport that {@code -Dnexus.test.transport} names: {@code io_uring}, {@code
 * epoll} or {@code nio}; without it on the best that works here.
 */
public final class TransportUnderTest {
  private TransportUnderTest() {}

  public static Vertx vertx() {
    Transport transport =
        switch (System.getProperty("nexus.test.transport", "")) {
          case "io_uring" -> Transport.IO_URING;
          case "epoll" -> Transport.EPOLL;
          case "nio" -> Transport.NIO;
          default -> best();
        };
    return Vertx.builder().withTransport(transport).build();
  }

  private static Transport best() {
    if (Transport.IO_URING != null && Transport.IO_URING.available()) {
      return Transport.IO_URING;
    }
    return Transport.EPOLL != null && Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO;
  }
}
