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
    return get("127.0.0.1", port, path);
  }

  private static String get(String address, int port, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** The same, trying until somebody answers. */
  public static String await(int port, String path) throws InterruptedException {
    return await("127.0.0.1", port, path);
  }

  /** The same of a replica, wherever it is. */
  public static String await(ObservedReplica replica, String path) throws InterruptedException {
    return await(replica.address(), replica.port(), path);
  }

  private static String await(String address, int port, String path) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        return get(address, port, path);
      } catch (IOException notYet) {
        if (System.nanoTime() > end) {
          throw new AssertionError("nobody answers on " + address + ":" + port, notYet);
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /** Whether the replica itself answers: its address may be somebody else's by now. */
  public static boolean answers(ObservedReplica replica) throws InterruptedException {
    try {
      return get(replica.address(), replica.port(), "/id").equals(replica.id());
    } catch (IOException nobody) {
      return false;
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
