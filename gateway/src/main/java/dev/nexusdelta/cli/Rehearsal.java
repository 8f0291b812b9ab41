package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Runs commands against an answer from a script, while the JVM notes which classes they need: the
 * launcher keeps them in an archive, from which later commands start in a third of the time.
 */
public final class Rehearsal {
  private static final String ANSWER =
      """
      {"agents":[{"name":"A","revision":1,"enabled":true,"pinned":null,"updated":"2026-01-01T00:00:00Z","by":"x",
       "spec":{"name":"A","version":"1","run":{"java":"A.java"},"limits":{"timeout":"30s","concurrency":64}},
       "status":{"state":"healthy","desired":1,"ready":1,"version":"1","release":"r","target":"r","reason":"",
        "lastLines":[],"health":"http","endpoint":"/agents/a/execute","tools":["t"],"toolsKnown":true,
        "replicas":[{"id":"a-1","address":"127.0.0.1:1","state":"healthy","inflight":0,"cpuSeconds":1.5}]},
       "source":{"file":null,"applied":true,"drift":[]}}],
       "tools":[{"name":"t","inputSchema":{"type":"object"}}],"result":{"mean":3.0},"name":"A",
       "id":"1","kind":"start","agent":"A","state":"done","detail":"","lastLines":[],
       "replicas":[],"config":[{"key":"k","value":"v","source":"default"}]}
      """;

  private Rehearsal() {}

  /** Rehearses the commands that people type most. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answers = new Thread(() -> answer(server), "answers");
      answers.setDaemon(true);
      answers.start();
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Shell shell =
          new Shell(
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
              InputStream.nullInputStream(),
              Map.of("NEXUS_URL", url),
              Path.of(args.length == 0 ? "." : args[0]).toAbsolutePath(),
              false,
              Optional.empty(),
              "nexus");
      for (String line :
          new String[] {
            "list",
            "list -o json",
            "list -o yaml",
            "start A",
            "stop --name A",
            "call A t data=[1]",
            "tools",
            "scale A=1",
            "config show",
            "version",
            "--help",
            "create --help",
            "nonsense",
          }) {
        Main.run(shell, line.split(" "));
      }
    }
  }

  private static void answer(ServerSocket server) {
    byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getInputStream().read(new byte[65_536]);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        continue; // the client left; the next one comes
      }
    }
  }
}
