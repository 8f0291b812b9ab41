package dev.nexusdelta.exchange;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class SocketExchangeTest extends ExchangeTck {
  @Override
  Exchange create(Vertx vertx, AtomicLong clock) {
    return new SocketExchange(vertx, clock::get, Duration.ofSeconds(1));
  }
}
