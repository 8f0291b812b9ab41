package dev.nexusdelta.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Random;
import java.util.Set;

/**
 * The secret that the admin API asks for: 256 random bits in {@code <data>/admin.token}, readable
 * by the gateway's user alone.
 *
 * <p>Immutable. Never prints its value.
 */
public final class AdminToken {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int RANDOM_BYTES = 32;
  private static final int SHORTEST = 32;

  private final byte[] expected;

  private AdminToken(String token) {
    expected = token.getBytes(StandardCharsets.UTF_8);
  }

  /** Where the token of a data folder stands. */
  public static Path file(Path data) {
    return data.resolve("admin.token");
  }

  /**
   * The token of this data folder; made on first use, kept ever after. Blocks on the disk.
   *
   * @param random a cryptographic source
   * @throws IOException if the file can neither be read nor made, or holds no token
   */
  public static AdminToken loadOrCreate(Path data, Random random) throws IOException {
    Path file = file(data);
    if (!Files.exists(file)) {
      create(file, random);
    }
    Files.setPosixFilePermissions(file, OWNER_ONLY);
    String token = Files.readString(file).strip();
    if (token.length() < SHORTEST) {
      throw new IOException(
          file
              + " holds "
              + token.length()
              + " characters, expected a token of at least "
              + SHORTEST
              + ": delete the file and start again to get a new one");
    }
    return new AdminToken(token);
  }

  /** Moved into place complete, so that a full disk or a crash never leaves half a token. */
  private static void create(Path file, Random random) throws IOException {
    byte[] bits = new byte[RANDOM_BYTES];
    random.nextBytes(bits);
    String token = "nxa_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft =
        Files.createTempFile(
            folder, "admin.token", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.writeString(draft, token + "\n");
      Files.move(draft, file);
    } catch (FileAlreadyExistsException e) {
      // Another gateway of the same user was faster: its token is as good.
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Whether this is the token; takes the same time for every wrong one. */
  public boolean matches(String given) {
    return MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "AdminToken[***]";
  }
}
