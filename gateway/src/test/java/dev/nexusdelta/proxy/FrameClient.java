package dev.nexusdelta.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A caller of HTTP/2 that sends exactly the frames that a test wants. */
final class FrameClient implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private final SSLSocket socket;
  private final OutputStream out;
  private final DataInputStream in;

  /** One frame. */
  record Frame(int type, int flags, int stream, byte[] payload) {
    /** Of HEADERS whose status is one of those that HPACK knows; else 0. */
    int status() {
      int index = payload[(flags & 0x20) == 0 ? 0 : 5] & 0xff;
      int[] known = {200, 204, 206, 304, 400, 404, 500};
      return index >= 0x88 && index < 0x88 + known.length ? known[index - 0x88] : 0;
    }

    /** Of RST_STREAM or GOAWAY. */
    int error() {
      int at = type == GOAWAY ? 4 : 0;
      return payload[at + 2] << 8 | (payload[at + 3] & 0xff);
    }
  }

  FrameClient(int port, byte[] settings) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    Socket plain = new Socket("127.0.0.1", port);
    plain.setSoTimeout(15_000);
    plain.setTcpNoDelay(true);
    socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, settings);
  }

  /** Header fields as literals, neither compressed nor remembered. */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      text(block, namesAndValues[i]);
      text(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      to.write(length);
    } else {
      to.write(127);
      for (length -= 127; length >= 128; length >>= 7) {
        to.write(length & 127 | 128);
      }
      to.write(length);
    }
    to.writeBytes(bytes);
  }

  FrameClient frame(int type, int flags, int stream, byte[] payload) throws IOException {
    byte[] frame = new byte[9 + payload.length];
    frame[0] = (byte) (payload.length >> 16);
    frame[1] = (byte) (payload.length >> 8);
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[5] = (byte) (stream >> 24);
    frame[6] = (byte) (stream >> 16);
    frame[7] = (byte) (stream >> 8);
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    out.write(frame);
    out.flush();
    return this;
  }

  /** The next frame about a stream, or the end of all; null when the connection has ended. */
  @org.jspecify.annotations.Nullable
  Frame next() throws IOException {
    try {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & 0x7fffffff;
        byte[] payload = new byte[length];
        in.readFully(payload);
        if (type == HEADERS || type == DATA || type == RST_STREAM || type == GOAWAY) {
          return new Frame(type, flags, stream, payload);
        }
      }
    } catch (java.io.EOFException | SocketException | SSLException end) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } catch (SSLException | SocketException gone) {
      // What it was for shows elsewhere.
      return;
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
