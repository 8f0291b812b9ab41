package dev.nexusdelta.app;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Keeps Vert.x on its codec for plain trees. It would take the one that binds objects as soon as
 * Jackson's databind is on the class path, where docker-java brings it; nobody here binds objects,
 * and that codec costs a good part of the gateway's start. Found as a service.
 */
public final class LeanJson implements JsonFactory {
  @Override
  public JsonCodec codec() {
    return new JacksonCodec();
  }
}
