package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  @TempDir Path data;

  @Test
  void isMadeOnceForItsOwnerAlone() throws Exception {
    AdminToken token = AdminToken.loadOrCreate(data.resolve("new"), new Random(1));
    Path file = AdminToken.file(data.resolve("new"));
    String text = Files.readString(file).strip();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(text).matches("nxa_[A-Za-z0-9_-]{43}");
    assertThat(token.matches(text)).isTrue();
    assertThat(AdminToken.loadOrCreate(data.resolve("new"), new Random(2)).matches(text)).isTrue();
    try (var files = Files.list(data.resolve("new"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void matchesNothingElseAndShowsNothing() throws Exception {
    AdminToken token = AdminToken.loadOrCreate(data, new Random(1));
    String text = Files.readString(AdminToken.file(data)).strip();
    assertThat(token.matches("")).isFalse();
    assertThat(token.matches(text + "x")).isFalse();
    assertThat(token.matches(text.substring(1))).isFalse();
    assertThat(token.toString()).doesNotContain(text);
  }

  @Test
  void closesAFileThatOthersCouldRead() throws Exception {
    AdminToken.loadOrCreate(data, new Random(1));
    Path file = AdminToken.file(data);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    AdminToken.loadOrCreate(data, new Random(1));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesAFileWithoutAToken() throws Exception {
    Files.writeString(AdminToken.file(data), "short\n");
    assertThatThrownBy(() -> AdminToken.loadOrCreate(data, new Random(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("delete the file");
  }
}
