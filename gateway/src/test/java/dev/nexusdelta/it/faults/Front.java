package dev.nexusdelta.it.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands where a scripted agent is said to listen. Scripts tell of calls only, so probes are
 * answered here; every other connection is passed to the script byte by byte, ends and resets
 * included. A thread per direction.
 */
final class Front implements AutoCloseable {
  private static final String READY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String NO_ROUTE = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

  private final ServerSocket listener;
  private final int script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * Listens on a free port.
   *
   * @param script port of the scripted agent
   */
  Front(int script) throws IOException {
    this.script = script;
    listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      Socket gateway = listener.accept();
      open.add(gateway);
      start(() -> serve(gateway));
    }
  }

  private void serve(Socket gateway) throws IOException {
    byte[] bytes = new byte[64 * 1024];
    InputStream in = gateway.getInputStream();
    int read = in.read(bytes);
    while (read > 0 && isProbe(bytes, read)) {
      String answer = bytes[5] == 'h' ? READY : NO_ROUTE;
      gateway.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      read = in.read(bytes);
    }
    if (read <= 0) {
      close(gateway);
      return;
    }
    Socket agent = new Socket();
    open.add(agent);
    try {
      agent.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), script), 2000);
      agent.setTcpNoDelay(true);
      gateway.setTcpNoDelay(true);
      agent.getOutputStream().write(bytes, 0, read);
    } catch (IOException e) {
      reset(gateway, agent);
      return;
    }
    start(() -> pass(agent, gateway));
    pass(gateway, agent);
  }

  /** A whole probe comes in one piece: it is shorter than any packet. */
  private static boolean isProbe(byte[] bytes, int length) {
    String head = new String(bytes, 0, Math.min(length, 16), StandardCharsets.US_ASCII);
    return head.startsWith("GET /health ") || head.startsWith("GET /tools ");
  }

  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        to.getOutputStream().write(bytes, 0, read);
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) {
        close(from);
        close(to);
      }
    } catch (IOException e) {
      reset(from, to);
    }
  }

  private void reset(Socket... sockets) {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // It is closed already.
      }
      close(socket);
    }
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is as good as closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(this::close);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // Its socket was closed: the row is over, or the peer has gone.
              }
            },
            "front");
    thread.setDaemon(true);
    thread.start();
  }
}
