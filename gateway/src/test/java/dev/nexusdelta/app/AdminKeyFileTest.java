package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexusdelta.keys.KeyToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminKeyFileTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private Optional<AdminKeyFile.Token> load() {
    return AdminKeyFile.load(
        SettingsReader.read(Map.of(), Map.of("NEXUS_ADMIN_KEY_FILE", "admin.key"), folder));
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("admin.key"), text);
  }

  private String fault() {
    SettingsException refused = catchThrowableOfType(SettingsException.class, this::load);
    assertThat(refused.faults()).hasSize(1);
    return refused.faults().get(0);
  }

  @Test
  void isNoneWhereNoneIsNamed() {
    assertThat(AdminKeyFile.load(SettingsReader.read(Map.of(), Map.of(), folder))).isEmpty();
  }

  @Test
  void anyTextThatIsLongEnoughIsAKey() throws IOException {
    write(TOKEN + "\n");
    assertThat(load()).contains(new AdminKeyFile.Token(KeyToken.OTHER_FORM, KeyToken.hash(TOKEN)));
  }

  @Test
  void aTokenOfOursKeepsItsId() throws IOException {
    KeyToken token = KeyToken.fresh(new Random(5));
    write(token.reveal());
    assertThat(load()).contains(new AdminKeyFile.Token(token.id(), token.hash()));
  }

  @Test
  void isTakenThoughOthersCanReadIt() throws IOException {
    write(TOKEN);
    Files.setPosixFilePermissions(
        folder.resolve("admin.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(load()).isPresent();
  }

  @Test
  void oneThatIsMissingIsNamedWithHowToMakeIt() throws IOException {
    assertThat(fault())
        .startsWith("admin-key-file = " + folder.resolve("admin.key") + " cannot be read (NoSuch")
        .contains("openssl rand -hex 32");
    Files.createDirectory(folder.resolve("admin.key"));
    assertThat(fault()).contains("cannot be read (");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef 0123456789abcdef",
        "0123456789abcdef0123456789abcdef\nanother",
        "0123456789abcdef0123456789abcdé\u0001"
      })
  void whatIsNoTokenIsRefusedAndNotShown(String text) throws IOException {
    write(text);
    assertThat(fault())
        .contains("holds " + text.strip().length() + " characters, expected a token of 32 to 512")
        .doesNotContain("0123456789abcdef");
    write("x".repeat(513));
    assertThat(fault()).contains("holds 513 characters");
  }

  @Test
  void oneThatIsNoTextIsRefused() throws IOException {
    Files.write(folder.resolve("admin.key"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThat(fault()).contains("cannot be read (MalformedInputException)");
  }
}
