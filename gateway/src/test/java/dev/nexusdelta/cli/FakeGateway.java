package dev.nexusdelta.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as told: per method and path one answer after the other, the last one for good. */
final class FakeGateway implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private record Answer(int status, String body, String... headers) {}

  FakeGateway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** {@code route} such as {@code GET /api/v1/agents}; headers as name, value, name, value. */
  FakeGateway on(String route, int status, String body, String... headers) {
    answers.computeIfAbsent(route, r -> new ArrayDeque<>()).add(new Answer(status, body, headers));
    return this;
  }

  /** Method, path, body of what came. */
  List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String route = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    Deque<Answer> left = answers.get(route);
    Answer answer =
        left == null
            ? new Answer(404, "{\"detail\":\"nothing at " + route + "\",\"code\":\"not_found\"}")
            : left.size() > 1 ? left.poll() : left.peek();
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    for (int i = 0; i < answer.headers().length; i += 2) {
      exchange.getResponseHeaders().set(answer.headers()[i], answer.headers()[i + 1]);
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
