package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NativeLibrariesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
        "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so",
        "com/sun/jna/linux-x86-64/libjnidispatch.so",
        "linux/amd64/libzstd-jni-1.5.6.so",
        "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
        "lib/libwindowed.so",
        "libalarm.so.1.2"
      })
  void takesWhatRunsHere(String path) {
    assertThat(NativeLibraries.fits(path, "amd64")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/sqlite/native/Linux-Musl/x86_64/libsqlitejdbc.so",
        "org/sqlite/native/Linux-Android/x86_64/libsqlitejdbc.so",
        "org/sqlite/native/FreeBSD/x86_64/libsqlitejdbc.so",
        "org/sqlite/native/Linux/aarch64/libsqlitejdbc.so",
        "org/sqlite/native/Linux/x86/libsqlitejdbc.so",
        "org/sqlite/native/Linux/armv7/libsqlitejdbc.so",
        "com/sun/jna/linux-ppc64le/libjnidispatch.so",
        "com/sun/jna/darwin-x86-64/libjnidispatch.jnilib",
        "win/amd64/zstd.dll",
        "dev/example/Some.class"
      })
  void leavesWhatDoesNot(String path) {
    assertThat(NativeLibraries.fits(path, "amd64")).isFalse();
  }

  @Test
  void findsThemInJarsAndTellsTheirLoaders() throws IOException {
    Path first = jar("a.jar", "org/sqlite/native/Linux/x86_64/libsqlitejdbc.so", "one");
    Path second = jar("b.jar", "other/libsqlitejdbc.so", "two");
    NativeLibraries found = NativeLibraries.in(List.of(first, second), "amd64");
    assertThat(found.properties()).containsExactly("org.sqlite.lib.path");
    assertThat(found.files()).containsOnlyKeys("libsqlitejdbc.so");
    try (var in = found.files().get("libsqlitejdbc.so").open()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("one");
    }
  }

  private Path jar(String name, String entry, String content) throws IOException {
    Path jar = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return jar;
  }
}
