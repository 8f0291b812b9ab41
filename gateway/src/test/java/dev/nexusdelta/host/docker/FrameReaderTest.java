package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

  @Test
  void takesFramesApart() throws IOException {
    frame(1, "to output\n");
    frame(2, "to error\n");
    frame(1, "");
    frame(1, "x".repeat(70_000));
    assertThat(read(wire.toByteArray()))
        .containsExactly("out to output\n", "err to error\n", "out ", "out " + "x".repeat(70_000));
  }

  @Test
  void takesBytesThatComeOneByOne() throws IOException {
    frame(1, "a line\n");
    frame(2, "another\n");
    InputStream slow =
        new ByteArrayInputStream(wire.toByteArray()) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(1, length));
          }

          @Override
          public synchronized int available() {
            return 0;
          }
        };
    assertThat(read(slow)).containsExactly("out a line\n", "err another\n");
  }

  @Test
  void isEmptyForNothing() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void tellsACutFromAnEnd() throws IOException {
    frame(1, "whole\n");
    frame(1, "cut\n");
    byte[] all = wire.toByteArray();
    for (int missing = 1; missing < 12; missing++) {
      byte[] cut = java.util.Arrays.copyOf(all, all.length - missing);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void refusesWhatIsNoFrame() throws IOException {
    frame(1, "whole\n");
    wire.writeBytes(new byte[] {1, 0, 0, 0, 127, 0, 0, 0});
    assertThatThrownBy(() -> read(wire.toByteArray())).hasMessageContaining("no frame of a log");
  }

  @Test
  void takesTheLinesOfATerminal() throws IOException {
    assertThat(read("2026 one\r\n2026 two\r\nrest".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("out 2026 one\r\n", "out 2026 two\r\n", "out rest");
  }

  private void frame(int stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    wire.writeBytes(ByteBuffer.allocate(8).put((byte) stream).putInt(4, bytes.length).array());
    wire.writeBytes(bytes);
  }

  private static List<String> read(byte[] bytes) throws IOException {
    return read(new ByteArrayInputStream(bytes));
  }

  private static List<String> read(InputStream in) throws IOException {
    FrameReader reader = new FrameReader(in);
    List<String> all = new ArrayList<>();
    for (FrameReader.Frame frame = reader.next(); frame != null; frame = reader.next()) {
      all.add(
          (frame.error() ? "err " : "out ") + new String(frame.bytes(), StandardCharsets.UTF_8));
    }
    return all;
  }
}
