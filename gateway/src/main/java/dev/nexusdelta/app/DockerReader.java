package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Docker;
import dev.nexusdelta.app.Settings.Reach;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Reads the keys under {@code docker}. Used once. */
final class DockerReader {
  private static final URI USUAL = URI.create("unix:///var/run/docker.sock");
  private static final String FORMS =
      "a path such as /var/run/docker.sock, unix:///PATH or tcp://HOST:PORT";

  private final Function<SettingKey, String> values;
  private final Map<String, String> env;
  private final BiConsumer<SettingKey, String> faults;

  /**
   * A reader.
   *
   * @param values of all keys
   * @param faults takes what was expected of which key
   */
  DockerReader(
      Function<SettingKey, String> values,
      Map<String, String> env,
      BiConsumer<SettingKey, String> faults) {
    this.values = values;
    this.env = env;
    this.faults = faults;
  }

  Docker read() {
    return new Docker(
        reach(), image(SettingKey.DOCKER_BASE), image(SettingKey.DOCKER_COMMAND_BASE), engine());
  }

  private Reach reach() {
    String text = values.apply(SettingKey.DOCKER_REACH);
    for (Reach reach : Reach.values()) {
      if (reach.name().toLowerCase(Locale.ROOT).equals(text)) {
        return reach;
      }
    }
    faults.accept(SettingKey.DOCKER_REACH, "expected auto, container or loopback");
    return Reach.AUTO;
  }

  private String image(SettingKey key) {
    String text = values.apply(key);
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}")) {
      faults.accept(key, "expected an image such as " + key.defaultValue());
    }
    return text;
  }

  private URI engine() {
    String said = values.apply(SettingKey.DOCKER_SOCKET);
    String text = said.isEmpty() ? env.getOrDefault("DOCKER_HOST", "").strip() : said;
    if (text.isEmpty()) {
      return USUAL;
    }
    if (text.matches("/[^\\s?#%]+")) {
      return URI.create("unix://" + text);
    }
    if (text.matches("unix:///[^\\s?#%]+|tcp://(\\[[0-9a-fA-F:]+]|[A-Za-z0-9.-]+):[0-9]{1,5}/?")) {
      return URI.create(text);
    }
    if (!said.isEmpty()) {
      faults.accept(SettingKey.DOCKER_SOCKET, "expected " + FORMS);
    } else if (values.apply(SettingKey.HOST).equals("docker")) {
      // Only then is it ours to complain of.
      faults.accept(
          SettingKey.DOCKER_SOCKET, "DOCKER_HOST is '" + text + "' where it was expected " + FORMS);
    }
    return USUAL;
  }
}
