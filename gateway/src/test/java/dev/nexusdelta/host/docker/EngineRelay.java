package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Stands between a host and the real engine, on a socket of its own, and can hang or be down as an
 * engine can, or fail single requests, without harm to anybody else.
 */
final class EngineRelay implements AutoCloseable {
  private final Path socket;
  private final UnixDomainSocketAddress engine;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private ServerSocketChannel server;
  private boolean hung;
  private int heldBack;
  private Optional<Spoiled> spoiled = Optional.empty();

  /**
   * What happens to some requests.
   *
   * @param request what their first line begins with
   * @param status of the answer; {@link #CUT}, {@link #HELD} or {@link #STALLED}
   */
  private record Spoiled(Pattern request, int status, String message) {}

  private static final int CUT = 0;
  private static final int HELD = -1;
  private static final int STALLED = -2;

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

  /** Requests that begin like this get no answer: their connections are cut. */
  void cut(String request) {
    spoil(new Spoiled(Pattern.compile(request), CUT, ""));
  }

  /** Requests that begin like this are answered so, and not passed on. */
  void refuse(String request, int status, String message) {
    spoil(new Spoiled(Pattern.compile(request), status, message));
  }

  /** Answers to requests that begin like this wait until all is healed. */
  void hold(String request) {
    spoil(new Spoiled(Pattern.compile(request), HELD, ""));
  }

  /** Requests that begin like this do not reach the engine until all is healed. */
  void stall(String request) {
    spoil(new Spoiled(Pattern.compile(request), STALLED, ""));
  }

  private void spoil(Spoiled what) {
    synchronized (gate) {
      spoiled = Optional.of(what);
      gate.notifyAll();
    }
  }

  /** All requests pass again, and the answers held back. */
  void heal() {
    synchronized (gate) {
      spoiled = Optional.empty();
      gate.notifyAll();
    }
  }

  /** All connections end; new ones are welcome. */
  void cutAll() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
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
            daemon(() -> serve(client, real));
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

  /** Each connection carries one request, whose head comes in one piece. */
  private void serve(SocketChannel client, SocketChannel real)
      throws IOException, InterruptedException {
    ByteBuffer head = ByteBuffer.allocate(64 << 10);
    if (client.read(head) < 0) {
      client.close();
      real.close();
      return;
    }
    head.flip();
    String line = StandardCharsets.UTF_8.decode(head.duplicate()).toString();
    Optional<Spoiled> fate;
    synchronized (gate) {
      while (hung) {
        gate.wait();
      }
      fate = spoiled.filter(s -> s.request().matcher(line).lookingAt());
    }
    if (fate.isPresent() && fate.get().status() >= CUT) {
      try (client;
          real) {
        answer(client, fate.get());
      }
      return;
    }
    if (fate.isPresent() && fate.get().status() == STALLED) {
      awaitHealed(fate.get());
    }
    while (head.hasRemaining()) {
      real.write(head);
    }
    daemon(() -> pump(client, real));
    if (fate.isPresent() && fate.get().status() == HELD) {
      holdBack(fate.get(), client, real);
    }
    pump(real, client);
  }

  private void holdBack(Spoiled fate, SocketChannel client, SocketChannel real)
      throws IOException, InterruptedException {
    ByteBuffer answer = ByteBuffer.allocate(64 << 10);
    real.read(answer);
    answer.flip();
    awaitHealed(fate);
    client.write(answer);
  }

  private void awaitHealed(Spoiled fate) throws InterruptedException {
    synchronized (gate) {
      heldBack++;
      gate.notifyAll();
      while (spoiled.filter(fate::equals).isPresent()) {
        gate.wait();
      }
    }
  }

  /** Returns when a request, or the engine's answer to it, is held back. */
  void awaitHeldBack() throws InterruptedException {
    synchronized (gate) {
      while (heldBack == 0) {
        gate.wait();
      }
    }
  }

  private static void answer(SocketChannel client, Spoiled fate) throws IOException {
    if (fate.status() == CUT) {
      return;
    }
    String body = "{\"message\":\"" + fate.message() + "\"}";
    client.write(
        StandardCharsets.UTF_8.encode(
            "HTTP/1.1 %d Spoiled\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(fate.status(), body.length(), body)));
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
    heal();
    down();
  }
}
