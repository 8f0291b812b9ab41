package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.proxy.FrameClient.Frame;
import dev.nexusdelta.tls.TestCertificates;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers of HTTP/2 do wrong, and that no agent ever sees it. */
class Http2FramesTest {
  private static final String PATH = "/agents/math/execute";
  private static final byte[] NOTHING = {};
  private static final int ENHANCE_YOUR_CALM = 11;

  @TempDir Path folder;
  private ProxyFixture proxy;
  private RawUpstream agent;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder, TlsTest.encrypted(TestCertificates.make(folder, "localhost")));
    agent = RawUpstream.answering("ok");
    proxy.fleet.serve("math", agent.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    agent.close();
  }

  private static String[] request(String path, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                ":method",
                "POST",
                ":scheme",
                "https",
                ":authority",
                "localhost",
                ":path",
                path,
                "content-type",
                "application/json"));
    fields.addAll(Arrays.asList(more));
    return fields.toArray(String[]::new);
  }

  static Stream<Arguments> badHeads() {
    return Stream.of(
        Arguments.of("a blank in the path", request("/agents/math/exe cute")),
        Arguments.of("a line end in the path", request(PATH + "\r\nx: y")),
        Arguments.of("a request in the path", request(PATH + " HTTP/1.1\r\nHost: evil\r\n\r\n")),
        Arguments.of("a NUL in the path", request(PATH + "\0")),
        Arguments.of("no UTF-8 in the path", request(PATH + "\u00e9")),
        Arguments.of("a dot segment", request("/agents/math/../../api")),
        Arguments.of("an escaped one", request("/agents/%2e%2e/api")),
        Arguments.of("no path", request("")),
        Arguments.of("a target that is no path", request("agents/math/execute")),
        Arguments.of("transfer-encoding", request(PATH, "transfer-encoding", "chunked")),
        Arguments.of("connection", request(PATH, "connection", "close")),
        Arguments.of("keep-alive", request(PATH, "keep-alive", "1")),
        Arguments.of("upgrade", request(PATH, "upgrade", "h2c")),
        Arguments.of("te", request(PATH, "te", "gzip")),
        Arguments.of("an upper-case name", request(PATH, "X-Upper", "1")),
        Arguments.of("a line end in a name", request(PATH, "x\r\ny", "1")),
        Arguments.of("a colon in a name", request(PATH, "x:y", "1")),
        Arguments.of("a line end in a value", request(PATH, "x", "1\r\ncontent-length: 9")),
        Arguments.of("a lone line feed in a value", request(PATH, "x", "1\ny: 2")),
        Arguments.of("a NUL in a value", request(PATH, "x", "1\0")),
        Arguments.of("an unknown pseudo header", request(PATH, ":evil", "1")),
        Arguments.of("a protocol", request(PATH, ":protocol", "websocket")),
        Arguments.of("a second path", request(PATH, ":path", "/x")),
        Arguments.of("a pseudo header behind others", request(PATH, "x", "1", ":method", "GET")),
        Arguments.of("another host", request(PATH, "host", "evil.example")),
        Arguments.of("two hosts", request(PATH, "host", "localhost", "host", "localhost")),
        Arguments.of("a length that is none", request(PATH, "content-length", "+2")),
        Arguments.of("two lengths", request(PATH, "content-length", "2", "content-length", "3")),
        Arguments.of("a longer length", request(PATH, "content-length", "3")),
        Arguments.of("a shorter length", request(PATH, "content-length", "1")),
        Arguments.of("a name with underscores", request(PATH, "content_length", "2")));
  }

  @ParameterizedTest
  @MethodSource("badHeads")
  void refusesWhatWouldBeAnotherRequestInHttp1(String name, String[] fields) throws Exception {
    try (FrameClient client = new FrameClient(proxy.port, NOTHING)) {
      client
          .frame(FrameClient.HEADERS, FrameClient.END_HEADERS, 1, FrameClient.fields(fields))
          .frame(
              FrameClient.DATA, FrameClient.END_STREAM, 1, "{}".getBytes(StandardCharsets.UTF_8));
      Frame frame = client.next();
      if (frame != null && frame.type() == FrameClient.HEADERS) {
        assertThat(frame.status()).isEqualTo(400);
      } else {
        assertThat(frame == null ? FrameClient.GOAWAY : frame.type())
            .isIn(FrameClient.RST_STREAM, FrameClient.GOAWAY);
      }
    }
    assertThat(agent.requests).isEmpty();
  }

  @Test
  void aGoodOnePasses() throws Exception {
    try (FrameClient client = new FrameClient(proxy.port, NOTHING)) {
      client
          .frame(
              FrameClient.HEADERS,
              FrameClient.END_HEADERS,
              1,
              FrameClient.fields(request(PATH, "content-length", "2", "te", "trailers")))
          .frame(
              FrameClient.DATA, FrameClient.END_STREAM, 1, "{}".getBytes(StandardCharsets.UTF_8));
      Frame frame = client.next();
      assertThat(frame).isNotNull();
      assertThat(frame.status()).isEqualTo(200);
    }
    assertThat(agent.requests).hasSize(1);
  }

  /** CVE-2023-44487: streams begun and reset at once. */
  @Test
  void rapidResetsEndTheConnection() throws Exception {
    byte[] head = FrameClient.fields(request(PATH));
    assertThat(
            endOf(
                client -> {
                  for (int stream = 1; stream < 1000; stream += 2) {
                    client.frame(FrameClient.HEADERS, FrameClient.END_HEADERS, stream, head);
                    client.frame(FrameClient.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
    assertThat(agent.requests).isEmpty();
  }

  /** CVE-2025-8671: the gateway is made to reset streams itself. */
  @Test
  void madeYouResetEndsTheConnection() throws Exception {
    byte[] head = FrameClient.fields(request(PATH));
    assertThat(
            endOf(
                client -> {
                  for (int stream = 1; stream < 1000; stream += 2) {
                    client.frame(FrameClient.HEADERS, FrameClient.END_HEADERS, stream, head);
                    client.frame(8, 0, stream, new byte[] {0, 0, 0, 0});
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
  }

  @Test
  void floodsOfControlFramesEndTheConnection() throws Exception {
    assertThat(
            endOf(
                client -> {
                  for (int i = 0; i < 1100; i++) {
                    client.frame(FrameClient.SETTINGS, 0, 0, NOTHING);
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
    assertThat(
            endOf(
                client -> {
                  for (int i = 0; i < 1100; i++) {
                    client.frame(FrameClient.PING, 0, 0, new byte[8]);
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
  }

  @Test
  void floodsOfEmptyFramesEndTheConnection() throws Exception {
    assertThat(
            endOf(
                client -> {
                  client.frame(
                      FrameClient.HEADERS,
                      FrameClient.END_HEADERS,
                      1,
                      FrameClient.fields(request(PATH)));
                  for (int i = 0; i < 1000; i++) {
                    client.frame(FrameClient.DATA, 0, 1, NOTHING);
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
    assertThat(
            endOf(
                client -> {
                  client.frame(FrameClient.HEADERS, 0, 1, FrameClient.fields(request(PATH)));
                  for (int i = 0; i < 1000; i++) {
                    client.frame(FrameClient.CONTINUATION, 0, 1, NOTHING);
                  }
                }))
        .isEqualTo(ENHANCE_YOUR_CALM);
  }

  /** One field of 4,000 bytes, remembered, then named ten thousand times by one byte each. */
  @Test
  void aCompressedBombIsNotUnpacked() throws Exception {
    byte[] name = FrameClient.fields("x", "y".repeat(4000));
    name[0] = 0x40;
    byte[] again = new byte[10_000];
    Arrays.fill(again, (byte) 0xbe);
    try (FrameClient client = new FrameClient(proxy.port, NOTHING)) {
      client
          .frame(FrameClient.HEADERS, 0, 1, FrameClient.fields(request(PATH)))
          .frame(FrameClient.CONTINUATION, 0, 1, name)
          .frame(FrameClient.CONTINUATION, FrameClient.END_HEADERS, 1, again);
      Frame frame = client.next();
      boolean refused =
          frame == null
              || frame.type() != FrameClient.HEADERS
              || new String(frame.payload(), StandardCharsets.ISO_8859_1).contains("431");
      assertThat(refused).isTrue();
    }
    assertThat(agent.requests).isEmpty();
  }

  private interface Flood {
    void run(FrameClient client) throws IOException;
  }

  /** What the connection ended with; -1 if it ended without a word. */
  private int endOf(Flood flood) throws Exception {
    try (FrameClient client = new FrameClient(proxy.port, NOTHING)) {
      try {
        flood.run(client);
      } catch (SSLException | SocketException ended) {
        // Before all was sent: what was said before is read still.
      }
      int error = -1;
      for (Frame frame = client.next(); frame != null; frame = client.next()) {
        if (frame.type() == FrameClient.GOAWAY && frame.error() != 0) {
          error = frame.error();
        }
      }
      return error;
    }
  }
}
