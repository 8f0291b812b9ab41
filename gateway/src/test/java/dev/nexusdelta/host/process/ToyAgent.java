package dev.nexusdelta.host.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A program to be run as replica: answers {@code /id} with its id, {@code /env?NAME} with a value
 * of its environment, {@code /print?text}, {@code /flood?lines}, {@code /exit?code}, {@code
 * /spawn?command}, {@code /eat?mebibytes}. {@code TOY_STUBBORN} makes it deaf to SIGTERM, {@code
 * TOY_CRASH} is an exit code to end with at once.
 */
public final class ToyAgent {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true);

  private static final List<byte[]> EATEN = new CopyOnWriteArrayList<>();

  private ToyAgent() {}

  /** Serves on {@code HOST}:{@code PORT}. */
  public static void main(String[] args) throws IOException {
    String crash = System.getenv("TOY_CRASH");
    if (crash != null) {
      OUT.println("cannot go on: " + crash);
      System.exit(Integer.parseInt(crash));
    }
    if (System.getenv("TOY_STUBBORN") != null) {
      Runtime.getRuntime().addShutdownHook(new Thread(ToyAgent::waitForever));
    }
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(System.getenv("HOST"), port), 50);
    server.createContext("/", ToyAgent::serve);
    server.start();
    OUT.println("listening on " + port);
  }

  private static void waitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    String path = exchange.getRequestURI().getPath();
    String answer = String.valueOf(System.getenv("AGENT_REPLICA"));
    switch (path) {
      case "/env" -> answer = String.valueOf(System.getenv(query));
      case "/print" -> OUT.println(query);
      case "/flood" -> {
        String line = "x".repeat(999);
        for (int i = 0; i < Integer.parseInt(query); i++) {
          OUT.println(line);
        }
      }
      case "/spawn" -> {
        List<String> command = List.of(query.split(" "));
        answer = Long.toString(new ProcessBuilder(command).inheritIO().start().pid());
      }
      case "/eat" -> {
        for (int i = 0; i < Integer.parseInt(query); i++) {
          byte[] mebibyte = new byte[1 << 20];
          Arrays.fill(mebibyte, (byte) 1);
          EATEN.add(mebibyte);
        }
      }
      default -> {}
    }
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
    if (path.equals("/exit")) {
      Runtime.getRuntime().halt(Integer.parseInt(query));
    }
  }
}
