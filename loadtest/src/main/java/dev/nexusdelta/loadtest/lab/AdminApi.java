package dev.nexusdelta.loadtest.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A gateway's {@code /api/v1}, as any client with its key sees it. Blocks; any thread may call. */
public final class AdminApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI url;
  private final String key;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private AdminApi(URI url, String key) {
    this.url = url;
    this.key = key;
  }

  /** With the key in this file; empty when none is named, and then the fleet is not watched. */
  public static Optional<AdminApi> open(String url, Optional<Path> keyFile) throws IOException {
    if (keyFile.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new AdminApi(URI.create(url), Files.readString(keyFile.get()).strip()));
  }

  /** Where it is. */
  URI url() {
    return url;
  }

  /** One agent: spec and status. */
  JsonNode agent(String name) throws IOException {
    return get("/agents/" + name);
  }

  /** The document at a path below {@code /api/v1}. */
  JsonNode get(String path) throws IOException {
    HttpResponse<String> answer =
        send(request(path).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("GET " + path + " was answered with " + answer.statusCode());
    }
    return JSON.readTree(answer.body());
  }

  /** Server-sent events, for as long as they are read. */
  InputStream events(String afterId) throws IOException {
    HttpRequest.Builder request = request("/events");
    if (!afterId.isEmpty()) {
      request.header("Last-Event-ID", afterId);
    }
    HttpResponse<InputStream> answer =
        send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      answer.body().close();
      throw new IOException("GET /events was answered with " + answer.statusCode());
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve("/api/v1" + path))
        .header("Authorization", "Bearer " + key);
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException {
    try {
      return http.send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
