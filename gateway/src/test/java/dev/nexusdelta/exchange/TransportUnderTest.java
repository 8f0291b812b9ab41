package dev.nexusdelta.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;

/**
 * Event loops on the transport that {@code -Dnexus.test.transport} names: {@code io_uring}, {@code
 * epoll} or {@code nio}; without it on epoll where that works. Not on io_uring by itself: its loops
 * now and then take ten seconds to end after a connection whose peer took nothing.
 */
public final class TransportUnderTest {
  private TransportUnderTest() {}

  public static Vertx vertx() {
    Transport transport =
        switch (System.getProperty("nexus.test.transport", "")) {
          case "io_uring" -> Transport.IO_URING;
          case "epoll" -> Transport.EPOLL;
          case "nio" -> Transport.NIO;
          default -> usual();
        };
    return Vertx.builder().withTransport(transport).build();
  }

  private static Transport usual() {
    return Transport.EPOLL != null && Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO;
  }
}
