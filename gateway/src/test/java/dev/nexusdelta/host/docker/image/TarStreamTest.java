package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarStreamTest {
  private static final String LONG = "folder/" + "a-rather-long-name/".repeat(8) + "file.txt";

  @TempDir private Path folder;

  @Test
  void isWhatTarUnpacks() throws Exception {
    Path large = Files.write(folder.resolve("large"), new byte[100_000]);
    Path out = Files.createDirectory(folder.resolve("out"));
    unpack(
        new TarStream(
            List.of(
                Entry.text("Dockerfile", "FROM scratch\n"),
                Entry.text("empty", ""),
                Entry.text(LONG, "long"),
                Entry.text("größe/ünï", "é"),
                new Entry("run", true, new Entry.Bytes(new byte[512])),
                new Entry("link", false, new Entry.Link("run")),
                Entry.plain("large", large))),
        out);
    assertThat(out.resolve("Dockerfile")).hasContent("FROM scratch\n");
    assertThat(out.resolve("empty")).isEmptyFile();
    assertThat(out.resolve(LONG)).hasContent("long");
    assertThat(out.resolve("größe/ünï")).hasContent("é");
    assertThat(out.resolve("run")).isExecutable().hasSize(512);
    assertThat(out.resolve("Dockerfile").toFile().canExecute()).isFalse();
    assertThat(Files.readSymbolicLink(out.resolve("link"))).hasToString("run");
    assertThat(out.resolve("large")).hasSameBinaryContentAs(large);
  }

  @Test
  void equalContentGivesEqualBytes() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    byte[] first = bytes(Entry.file("file", file));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThat(bytes(Entry.file("file", file))).isEqualTo(first);
    Files.writeString(file, "Text");
    assertThat(bytes(Entry.file("file", file))).isNotEqualTo(first);
  }

  @Test
  void tellsOfAFileThatChangesMeanwhile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "12345");
    for (String later : List.of("1234", "123456")) {
      Files.writeString(file, "12345");
      try (InputStream in = new TarStream(List.of(Entry.plain("file", file)))) {
        assertThat(in.readNBytes(512)).hasSize(512);
        Files.writeString(file, later);
        assertThatThrownBy(in::readAllBytes).hasMessageContaining("file changed while it was sent");
      }
    }
  }

  private static byte[] bytes(Entry entry) throws IOException {
    try (InputStream in = new TarStream(List.of(entry))) {
      return in.readAllBytes();
    }
  }

  static void unpack(InputStream tar, Path target) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("tar", "-x", "-f", "-", "-C", target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.getOutputStream();
        tar) {
      tar.transferTo(out);
    }
    assertThat(process.waitFor()).isZero();
  }
}
