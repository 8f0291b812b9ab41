package dev.nexusdelta.app;

import dev.nexusdelta.keys.KeyToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file in which an operator gives the gateway a token, as secrets are given to containers. */
final class AdminKeyFile {
  private static final Logger log = LoggerFactory.getLogger(AdminKeyFile.class);

  /** What can be sent in a header, long enough for 128 random bits in hexadecimal digits. */
  private static final Pattern FORM = Pattern.compile("[!-~]{32,512}");

  private AdminKeyFile() {}

  /**
   * The token.
   *
   * @param id of the key that it is the token of
   * @param hash of it
   */
  record Token(String id, String hash) {}

  /**
   * Reads it, if one is configured; blocks.
   *
   * @throws SettingsException naming the file and what was expected
   */
  static Optional<Token> load(Settings settings) {
    return settings.adminKeyFile().map(AdminKeyFile::read);
  }

  private static Token read(Path file) {
    String text;
    try {
      text = Files.readString(file).strip();
      warnOfReaders(file);
    } catch (IOException e) {
      throw refused(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    if (!FORM.matcher(text).matches()) {
      throw refused(
          file,
          "holds "
              + text.length()
              + " characters, expected a token of 32 to 512 visible ones without spaces");
    }
    return new Token(
        KeyToken.of(text).map(KeyToken::id).orElse(KeyToken.OTHER_FORM), KeyToken.hash(text));
  }

  private static SettingsException refused(Path file, String fault) {
    return new SettingsException(
        List.of(
            SettingKey.ADMIN_KEY_FILE.key()
                + " = "
                + file
                + " "
                + fault
                + "; to make one: (umask 077; openssl rand -hex 32 > FILE)"));
  }

  private static void warnOfReaders(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ)) {
      log.warn("{} is readable by others than its owner: chmod 600 {}", file, file);
    }
  }
}
