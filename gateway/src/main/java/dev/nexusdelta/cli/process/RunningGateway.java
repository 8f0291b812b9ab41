package dev.nexusdelta.cli.process;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The gateway that wrote {@code <data>/gateway.json} when it began to serve. It may have died
 * since: ask {@link #alive}.
 *
 * @param admin where it is administered, the same as {@code url} unless it has a listener for that
 * @param listen address that it listens on; empty if unknown
 * @param version of the program
 * @param started RFC 3339 time; empty if unknown
 * @param certificate file with the one that it shows, if it encrypts
 */
public record RunningGateway(
    URI url,
    URI admin,
    String listen,
    long pid,
    String version,
    String started,
    Optional<Path> certificate) {
  /** Name of the file in the data folder. */
  public static final String FILE = "gateway.json";

  /** What the file says; empty when there is none or it cannot be read. */
  public static Optional<RunningGateway> recorded(Path data) {
    try {
      JsonValue json = JsonValue.parse(Files.readString(data.resolve(FILE)));
      if (!json.get("url").isPresent() || json.get("pid").integer(0) <= 0) {
        return Optional.empty();
      }
      return Optional.of(
          new RunningGateway(
              URI.create(json.get("url").text()),
              URI.create(json.get("admin").text(json.get("url").text())),
              json.get("listen").text(),
              json.get("pid").integer(0),
              json.get("version").text(),
              json.get("started").text(),
              Optional.of(json.get("certificate").text()).filter(t -> !t.isEmpty()).map(Path::of)));
    } catch (IOException | JsonFormatException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Begins a client of it, which knows its certificate. */
  public NexusClient.Builder client() {
    NexusClient.Builder client = NexusClient.builder(url).admin(admin);
    certificate.ifPresent(client::certificate);
    return client;
  }

  /** What starts it again where it listened, which it may have been told by a flag. */
  public String again(Settings settings) {
    return listensAt(settings).equals(settings.listen())
        ? "nexus up"
        : "nexus up --listen " + listen;
  }

  /** Where it listened, unless the configuration says by now where. */
  public Settings.Address listensAt(Settings settings) {
    boolean said =
        settings.entries().stream()
            .anyMatch(entry -> entry.key().equals("listen") && !entry.source().equals("default"));
    int colon = listen.lastIndexOf(':');
    return said || !listen.substring(colon + 1).matches("[0-9]{1,5}")
        ? settings.listen()
        : new Settings.Address(
            listen.substring(0, Math.max(0, colon)), Integer.parseInt(listen.substring(colon + 1)));
  }

  /** The recorded gateway, if it still lives. */
  public static Optional<RunningGateway> find(Path data) {
    return recorded(data).filter(RunningGateway::alive);
  }

  /** Whether the process is there and a gateway: its number may be somebody else's by now. */
  public boolean alive() {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
      return false;
    }
    try {
      String line =
          new String(
              Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")),
              StandardCharsets.UTF_8);
      return GatewayCommand.isGateway(line);
    } catch (IOException e) {
      // No /proc, or somebody else's process: a living one has to do.
      return !Files.exists(Path.of("/proc", Long.toString(pid)));
    }
  }
}
