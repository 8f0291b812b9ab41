package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a host and the real engine, on a socket of its own, and can hang or be down as an
 * engine can, without harm to anybody else.
 */
final class EngineRelay implements AutoCloseable {
  private final Path socket;
  private final UnixDomainSocketAddress engine;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private ServerSocketChannel server;
  private boolean hung;

  EngineRelay(Path folder) throws IOException {
    this.socket = folder.resolve("relay.sock");
    this.engine = UnixDomainSocketAddress.of(EngineCondition.address().uri().getPath());
    up();
  }

  String address() {
    return "unix://" + socket;
  }

  /** Nothing passes any more, in neither direction; connections stay. */
  void hang() {
    synchronized (gate) {
      hung = true;
    }
  }

  /** What waited passes. */
  void goOn() {
    synchronized (gate) {
      hung = false;
      gate.notifyAll();
    }
  }

  /** All connections are cut and new ones are refused. */
  void down() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    for (SocketChannel channel : open) {
      channel.close();
    }
    open.clear();
  }

  /** Listens again. */
  void up() throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
    server = listening;
    daemon(
        () -> {
          while (true) {
            SocketChannel client = listening.accept();
            SocketChannel real = SocketChannel.open(engine);
            open.add(client);
            open.add(real);
            daemon(() -> pump(client, real));
            daemon(() -> pump(real, client));
          }
        });
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException ended) {
                // As connections do.
              }
            },
            "engine-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void pump(SocketChannel from, SocketChannel to) throws IOException, InterruptedException {
    ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
    try {
      while (from.read(bytes) >= 0) {
        synchronized (gate) {
          while (hung) {
            gate.wait();
          }
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
          to.write(bytes);
        }
        bytes.clear();
      }
    } finally {
      from.close();
      to.close();
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    goOn();
    down();
  }
}
