package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.sdk.JsonFormatException;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code <data>/secrets.json}: {@code {"<agent key>": {"NAME": "value"}}}, readable by its owner
 * alone. The gateway reads it anew at each start of a replica.
 */
public final class SecretFile {
  private final Path data;

  /** Of this data folder. */
  public SecretFile(Path data) {
    this.data = data;
  }

  /** Adds or replaces a secret; whoever reads meanwhile sees the old file or the new one. */
  public void set(String agentKey, String name, String value) {
    Path file = data.resolve("secrets.json");
    try {
      Files.createDirectories(data);
      JsonValue secrets =
          Files.exists(file) ? JsonValue.parse(Files.readString(file)) : JsonValue.object();
      JsonValue ofAgent = secrets.get(agentKey).with(name, value);
      Path written =
          Files.createTempFile(
              data,
              "secrets",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(
          written, secrets.with(agentKey, ofAgent).toString().getBytes(StandardCharsets.UTF_8));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (JsonFormatException e) {
      // Not the parser's message: it may quote the text, and the text is secret.
      throw new CommandFailure(
          ExitCode.FAILED,
          file + " is not the JSON that this command writes",
          "repair it, or move it away and set the secrets again");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot write " + file + ": " + e.getMessage(),
          "make the folder " + data + " writable");
    }
  }
}
