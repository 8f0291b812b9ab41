package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens on a socket as an engine does; answers every request with OK, or none while silent. */
final class SilentEngine implements AutoCloseable {
  private final ServerSocketChannel server;
  private final EngineAddress address;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  volatile boolean silent;

  SilentEngine(Path folder, boolean silent) throws IOException {
    Path socket = folder.resolve("engine.sock");
    this.silent = silent;
    this.address = EngineAddress.of("unix://" + socket);
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread = new Thread(this::accept, "silent-engine");
    thread.setDaemon(true);
    thread.start();
  }

  EngineAddress address() {
    return address;
  }

  /** How many connections were made and not closed by the other side. */
  int connections() {
    return open.size();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        open.add(channel);
        Thread thread = new Thread(() -> serve(channel), "silent-engine-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void serve(SocketChannel channel) {
    ByteBuffer bytes = ByteBuffer.allocate(8192);
    try (channel) {
      while (channel.read(bytes) >= 0) {
        if (!silent) {
          channel.write(
              StandardCharsets.US_ASCII.encode(
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"));
          return;
        }
      }
    } catch (IOException gone) {
      // The other side has left.
    } finally {
      open.remove(channel);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
