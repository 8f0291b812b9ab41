package dev.nexusdelta.exchange;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class HttpClientExchangeTest extends ExchangeTck {
  @Override
  Exchange create(Vertx vertx, AtomicLong clock) {
    return new HttpClientExchange(vertx, clock::get, Duration.ofSeconds(1));
  }
}
