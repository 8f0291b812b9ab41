package dev.nexusdelta.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeParcelTest {
  @TempDir private Path root;
  private Path folder;
  private Path there;

  @BeforeEach
  void folders() throws IOException {
    folder = Files.createDirectories(root.resolve("agent"));
    there = Files.createDirectories(root.resolve("there"));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void carriesFilesOfAllLevelsAndWhatCanBeExecuted() throws IOException {
    write("agent.yaml", "name: A\n");
    write("lib/ä b.txt", "deep");
    write("empty", "");
    write("run.sh", "#!/bin/sh\n");
    assertThat(folder.resolve("run.sh").toFile().setExecutable(true)).isTrue();
    write(".env", "SECRET=1");
    write(".git/config", "x");
    write("__pycache__/a.pyc", "x");
    write("run.log", "x");
    Optional<byte[]> parcel = CodeParcel.pack(folder);
    CodeParcel.unpack(parcel.orElseThrow(), there);
    try (var files = Files.walk(there)) {
      assertThat(files.filter(Files::isRegularFile).map(it -> there.relativize(it).toString()))
          .containsExactlyInAnyOrder("agent.yaml", "lib/ä b.txt", "empty", "run.sh");
    }
    assertThat(there.resolve("lib/ä b.txt")).hasContent("deep");
    assertThat(Files.isExecutable(there.resolve("run.sh"))).isTrue();
    assertThat(Files.isExecutable(there.resolve("agent.yaml"))).isFalse();
    assertThat(CodeParcel.pack(folder).orElseThrow()).isEqualTo(parcel.get());
    assertThat(CodeParcel.pack(there).orElseThrow()).isEqualTo(parcel.get());
  }

  @Test
  void leavesWhatIsTooLarge() throws IOException {
    Files.write(folder.resolve("model"), new byte[(int) CodeParcel.LARGEST]);
    assertThat(CodeParcel.fits(folder)).isTrue();
    write("one", "x");
    assertThat(CodeParcel.fits(folder)).isFalse();
    assertThat(CodeParcel.pack(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "/etc/out", "a/../../out", "."})
  void neverWritesOutsideTheFolder(String name) throws IOException {
    assertThatThrownBy(() -> CodeParcel.unpack(zip(name, 1), there))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not in the folder");
    assertThat(root.resolve("out")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoParcelOrGrowsTooLarge() throws IOException {
    assertThatThrownBy(() -> CodeParcel.unpack("no zip".getBytes(StandardCharsets.UTF_8), there))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no parcel");
    assertThatThrownBy(() -> CodeParcel.unpack(zip("bomb", (int) CodeParcel.LARGEST + 1), there))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than");
  }

  private static byte[] zip(String name, int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(new byte[size]);
    }
    return bytes.toByteArray();
  }
}
