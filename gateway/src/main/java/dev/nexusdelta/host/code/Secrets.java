package dev.nexusdelta.host.code;

import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file {@code <data>/secrets.json}: {@code {"<agent key>": {"NAME": "value"}}}. Read anew at
 * each start, so that a secret just set is used by the next one.
 */
public final class Secrets {
  private final Path file;

  public Secrets(Path file) {
    this.file = file;
  }

  Optional<String> find(AgentName agent, String name) throws StartFailedException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonObject ofAgent = new JsonObject(Files.readString(file)).getJsonObject(agent.key());
      return Optional.ofNullable(ofAgent).map(values -> values.getString(name));
    } catch (IOException | DecodeException | ClassCastException e) {
      // Not the cause's message: a parser's may quote the text, and the text is secret.
      throw new StartFailedException(
          "%s cannot be read as {\"<agent>\": {\"NAME\": \"value\"}} (%s): repair it or set the secrets again"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
