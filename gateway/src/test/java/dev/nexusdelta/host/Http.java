package dev.nexusdelta.host;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Calls replicas in tests. */
public final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private Http() {}

  /** The body of one answer; fails when nobody answers. */
  public static String get(int port, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** The same, trying until somebody answers. */
  public static String await(int port, String path) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        return get(port, path);
      } catch (IOException notYet) {
        if (System.nanoTime() > end) {
          throw new AssertionError("nobody answers on port " + port, notYet);
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /** Whether anybody answers. */
  public static boolean answers(int port) throws InterruptedException {
    try {
      get(port, "/id");
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }
}
