package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.keyed.KeyedCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A data plane that knows keys, before one agent that is called {@code math} and {@code other}. */
final class GuardedProxy implements AutoCloseable {
  static final String ADD = "{\"tool_name\":\"add\",\"parameters\":{}}";
  static final String SET = "{\"tool_name\":\"set\",\"parameters\":{}}";
  static final String PATH = "/agents/math/execute";

  final FakeKeys keys = new FakeKeys();
  final RawUpstream agent = RawUpstream.answering("{\"result\":3}");
  final ProxyFixture proxy;

  /** Whose keyed calls there were, by the id of their key. */
  final List<String> claimed = new CopyOnWriteArrayList<>();

  /**
   * Opens it.
   *
   * @param always a key is needed though none exists
   */
  GuardedProxy(Path folder, boolean always) {
    proxy = new ProxyFixture(folder, keys.callers(always), remembering(), Optional.empty());
    proxy.fleet.expose(
        "Math", FakeFleet.limits(Duration.ofSeconds(20)), agent.port(), "GET /report");
    proxy.fleet.serve("other", agent.port());
  }

  /** Remembers who makes keyed calls, and lets each through. */
  KeyedCalls remembering() {
    return ProxyFixture.allNew(key -> claimed.add(key.caller().id()));
  }

  static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  RawClient.Reply post(String path, String body, String... headers) throws IOException {
    return proxy.post(path, body, headers);
  }

  /** Any request, on a connection of its own; its body is an empty object. */
  RawClient.Reply send(String method, String path, String... headers) throws IOException {
    try (RawClient client = proxy.client()) {
      return client
          .send(
              method
                  + " "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 2\r\n"
                  + String.join("\r\n", headers)
                  + (headers.length == 0 ? "" : "\r\n")
                  + "\r\n{}")
          .reply();
    }
  }

  @Override
  public void close() {
    proxy.close();
    agent.close();
  }
}
