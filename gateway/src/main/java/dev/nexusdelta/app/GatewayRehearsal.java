package dev.nexusdelta.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A short life of a gateway of its own, in a temporary folder on free ports: starts, routes a few
 * calls (to itself, which is all it needs to load what routing takes), ends. The JVM notes which
 * classes that took.
 */
public final class GatewayRehearsal {
  private GatewayRehearsal() {}

  /** Exits with 0 when all of it went well. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("nexus-rehearsal");
    boolean well;
    try {
      well = rehearse(folder);
    } finally {
      delete(folder);
    }
    System.exit(well ? 0 : 1);
  }

  private static boolean rehearse(Path folder) throws Exception {
    int port = freePort();
    Path agent = Files.createDirectories(folder.resolve("agents").resolve("echo"));
    Files.writeString(
        agent.resolve("agent.yaml"),
        "name: echo\nrun: {url: 'http://127.0.0.1:" + port + "'}\nhealth: {path: /livez}\n");
    Map<String, String> flags =
        Map.of(
            "listen",
            "127.0.0.1:" + port,
            "cluster.port",
            "0",
            "data",
            folder.resolve("data").toString(),
            "agents",
            folder.resolve("agents").toString());
    Gateway gateway =
        Gateway.start(
            SettingsReader.read(flags, Map.of(), folder), Surroundings.ofThisProcess(), false);
    String body = "{\"tool_name\":\"t\",\"parameters\":{}}";
    for (String line :
        List.of(
            "GET /readyz",
            "GET /metrics",
            "GET /agents",
            "POST /agents/echo/execute",
            "GET /api/v1/agents")) {
      call(port, line, body);
    }
    gateway.shutdown(true);
    return gateway.awaitEnd();
  }

  private static void call(int port, String line, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      String sent = line.startsWith("POST") ? body : "";
      socket
          .getOutputStream()
          .write(
              (line
                      + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                      + "Content-Length: "
                      + sent.length()
                      + "\r\n\r\n"
                      + sent)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
