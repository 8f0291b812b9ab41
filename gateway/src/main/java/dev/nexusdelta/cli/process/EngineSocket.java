package dev.nexusdelta.cli.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The one thing that a command ever says to a container engine: kill this container, as a crash
 * would. Everything else is the gateway's to say.
 */
public final class EngineSocket {
  private static final long PATIENCE_SECONDS = 10;
  private static final int LONGEST_ANSWER = 64 << 10;

  private final URI engine;

  /**
   * An engine that is not spoken to yet.
   *
   * @param engine {@code unix:///PATH} or {@code tcp://HOST:PORT}
   */
  public EngineSocket(URI engine) {
    this.engine = engine;
  }

  /**
   * Sends SIGKILL to the container.
   *
   * @throws IOException with what the engine says, if it does not do it
   */
  public void kill(String containerId) throws IOException {
    if (!containerId.matches("[A-Za-z0-9_.-]+")) {
      throw new IOException("'" + containerId + "' is no id of a container");
    }
    String answer = ask("POST /containers/" + containerId + "/kill?signal=KILL HTTP/1.0\r\n");
    if (!answer.matches("(?s)HTTP/1\\.[01] 204.*")) {
      throw new IOException("the engine at " + engine + " says: " + answer.strip());
    }
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = channel()) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      Thread thread = new Thread(() -> talk(channel, request, answer), "engine");
      thread.setDaemon(true);
      thread.start();
      return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IOException(
          "the engine at "
              + engine
              + " gives no answer within "
              + Duration.ofSeconds(PATIENCE_SECONDS).toSeconds()
              + " s: "
              + e.getCause(),
          e);
    }
  }

  private SocketChannel channel() throws IOException {
    return "unix".equals(engine.getScheme())
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private SocketAddress address() {
    return "unix".equals(engine.getScheme())
        ? UnixDomainSocketAddress.of(Path.of(engine.getPath()))
        : new InetSocketAddress(Objects.requireNonNull(engine.getHost()), engine.getPort());
  }

  private void talk(SocketChannel channel, String request, CompletableFuture<String> answer) {
    try {
      channel.connect(address());
      String head = request + "Host: engine\r\nContent-Length: 0\r\n\r\n";
      ByteBuffer out = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(4096);
      while (text.size() < LONGEST_ANSWER && channel.read(in) >= 0) {
        text.write(in.array(), 0, in.position());
        in.clear();
      }
      answer.complete(text.toString(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
