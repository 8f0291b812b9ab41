package dev.nexusdelta.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Asks the agent beside it whether it is ready: {@code GET /health} (or the path given) of {@code
 * HOST} and {@code PORT}. Exit code 0 if it is, 1 with one line of reason if not. For containers
 * without a shell, whose engine wants a command; plain sockets, because an HTTP client would double
 * what one look costs.
 */
public final class Probe {
  private static final int LONGEST_MILLIS = 4_000;
  private static final int STATUS_LINE = 12;

  private Probe() {}

  /** See the class. */
  public static void main(String[] args) {
    String verdict = verdict(args.length == 0 ? "/health" : args[0], System.getenv());
    if (!verdict.isEmpty()) {
      System.out.println(verdict);
      System.exit(1);
    }
  }

  /** Empty if the agent is ready, else why not. */
  static String verdict(String path, Map<String, String> variables) {
    String host = variables.getOrDefault("HOST", "");
    // Who listens on all addresses is asked on the nearest one.
    String address =
        host.isBlank() || host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    String port = variables.getOrDefault("PORT", "8080");
    try {
      int status = status(path, address, Integer.parseInt(port.strip()));
      // No such route: ready while the port accepts.
      boolean ready = status / 100 == 2 || status == 404 || status == 405;
      return ready ? "" : "GET " + path + " answered " + status;
    } catch (IOException | NumberFormatException e) {
      return "no answer from " + address + ":" + port + ": " + e.getMessage();
    }
  }

  private static int status(String path, String address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), LONGEST_MILLIS);
      socket.setSoTimeout(LONGEST_MILLIS);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      // "HTTP/1.1 200"
      byte[] head = in.readNBytes(STATUS_LINE);
      String line = new String(head, StandardCharsets.US_ASCII);
      if (head.length < STATUS_LINE || !line.startsWith("HTTP/1.")) {
        throw new IOException("that is no HTTP: " + line);
      }
      return Integer.parseInt(line.substring(9));
    }
  }
}
