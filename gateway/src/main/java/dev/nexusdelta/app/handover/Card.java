package dev.nexusdelta.app.handover;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway leaves in its data folder, readable by its owner alone, for one that wants to
 * follow it: {@code handover.json}.
 *
 * @param port on loopback where it waits for a successor
 * @param secret that the successor has to know
 * @param listen address that callers use, such as {@code 127.0.0.1:8080}
 * @param admin address of the admin listener; empty text = there is none
 */
record Card(int port, String secret, String listen, String admin) {
  private static final String FILE = "handover.json";

  static Optional<Card> read(Path data) {
    try {
      JsonObject json = new JsonObject(Files.readString(data.resolve(FILE)));
      return Optional.of(
          new Card(
              json.getInteger("port", 0),
              json.getString("secret", ""),
              json.getString("listen", ""),
              json.getString("admin", "")));
    } catch (IOException | DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  void write(Path data) throws IOException {
    Path next = data.resolve(FILE + ".next");
    Files.deleteIfExists(next);
    String text =
        new JsonObject()
            .put("port", port)
            .put("secret", secret)
            .put("listen", listen)
            .put("admin", admin)
            .encode();
    try (FileChannel out =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    Files.move(next, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes it, if it is still this one. */
  void remove(Path data) throws IOException {
    if (read(data).filter(this::equals).isPresent()) {
      Files.deleteIfExists(data.resolve(FILE));
    }
  }
}
