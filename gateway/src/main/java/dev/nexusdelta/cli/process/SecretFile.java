package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * {@code <data>/secrets.json}: {@code {"<agent key>": {"NAME": "value"}}}, readable by its owner
 * alone. The gateway reads it anew at each start of a replica. Whoever reads while it is written
 * sees the old file or the new one; of commands that write at once, one waits for the other.
 */
public final class SecretFile {
  private final Path data;
  private final Path file;

  /** Of this data folder. */
  public SecretFile(Path data) {
    this.data = data;
    this.file = data.resolve("secrets.json");
  }

  /** Adds or replaces a secret. */
  public void set(String agentKey, String name, String value) {
    locked(
        () -> {
          JsonValue secrets = read();
          write(secrets.with(agentKey, secrets.get(agentKey).with(name, value)));
          return true;
        });
  }

  /** Takes a secret out; whether it was there. */
  public boolean unset(String agentKey, String name) {
    return Files.exists(file) && locked(() -> without(agentKey, name));
  }

  private boolean without(String agentKey, String name) {
    JsonValue secrets = read();
    if (!secrets.get(agentKey, name).isPresent()) {
      return false;
    }
    Map<String, JsonValue> agents = new TreeMap<>(secrets.fields());
    Map<String, JsonValue> left = new TreeMap<>(secrets.get(agentKey).fields());
    left.remove(name);
    if (left.isEmpty()) {
      agents.remove(agentKey);
    } else {
      agents.put(agentKey, JsonValue.of(left));
    }
    write(JsonValue.of(agents));
    return true;
  }

  /** Alone among all processes; the lock is a file beside, as the file itself is replaced. */
  private boolean locked(BooleanSupplier change) {
    synchronized (SecretFile.class) { // a process may not lock a file twice
      try {
        Files.createDirectories(data);
        try (FileChannel channel =
                FileChannel.open(
                    data.resolve("secrets.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock held = channel.lock()) {
          return held.isValid() && change.getAsBoolean();
        }
      } catch (IOException e) {
        throw notWritten(e);
      }
    }
  }

  private CommandFailure notWritten(IOException e) {
    return new CommandFailure(
        ExitCode.FAILED,
        "cannot write " + file + ": " + e.getMessage(),
        "make the folder " + data + " writable");
  }

  /** The names that are set, by key of their agent; sorted. */
  public Map<String, List<String>> names() {
    Map<String, List<String>> names = new TreeMap<>();
    read()
        .fields()
        .forEach(
            (agent, secrets) ->
                names.put(agent, List.copyOf(new TreeSet<>(secrets.fields().keySet()))));
    return names;
  }

  private JsonValue read() {
    try {
      return Files.exists(file) ? JsonValue.parse(Files.readString(file)) : JsonValue.object();
    } catch (JsonFormatException e) {
      // Not the parser's message: it may quote the text, and the text is secret.
      throw new CommandFailure(
          ExitCode.FAILED,
          file + " is not the JSON that this command writes",
          "repair it, or move it away and set the secrets again");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot read " + file + ": " + e.getMessage(),
          "make it readable to yourself, and only to you: chmod 600 " + file);
    }
  }

  private void write(JsonValue secrets) {
    try {
      Path written =
          Files.createTempFile(
              data,
              "secrets",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(written, secrets.toString().getBytes(StandardCharsets.UTF_8));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }
}
