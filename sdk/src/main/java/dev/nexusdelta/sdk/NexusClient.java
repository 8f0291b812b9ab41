package dev.nexusdelta.sdk;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of one gateway.
 *
 * <pre>{@code
 * NexusClient nexus = NexusClient.of(URI.create("http://127.0.0.1:8080"));
 * JsonValue mean = nexus.call("DataAgent", "process_data", JsonValue.of(Map.of("data", List.of(1, 2, 3))))
 *     .result().get("mean");
 * }</pre>
 *
 * <p>Calls block the calling thread. Thread-safe; holds no connection between requests, so there is
 * nothing to close. A request that fails, fails with a {@link NexusException}.
 */
public final class NexusClient {
  /** One document; of a stream, its items in a list. */
  private static final String ACCEPT = "application/json, application/problem+json, */*;q=0.5";

  private final Wire wire;
  private final Wire operators;
  private final @Nullable String token;
  private final @Nullable String key;
  private final @Nullable String actor;
  private final Duration timeout;

  private NexusClient(Builder builder) {
    this.wire = new Wire(builder.gateway, builder.connectTimeout, builder.certificate);
    this.operators =
        builder.admin == null
            ? wire
            : new Wire(builder.admin, builder.connectTimeout, builder.certificate);
    this.token = builder.token;
    this.key = builder.key;
    this.actor = builder.actor;
    this.timeout = builder.timeout;
  }

  /** A client that calls tools and knows no token. */
  public static NexusClient of(URI gateway) {
    return builder(gateway).build();
  }

  /**
   * Starts a client for the gateway at this address, such as {@code http://127.0.0.1:8080}.
   *
   * @throws IllegalArgumentException if the address is no http or https URL with a host
   */
  public static Builder builder(URI gateway) {
    return new Builder(gateway);
  }

  /** Where the gateway is. */
  public URI gateway() {
    return wire.gateway();
  }

  /** Calls a tool and waits for its result, at most as long as this client's timeout. */
  public CallResult call(String agent, String tool, JsonValue parameters) {
    return call(agent, tool, parameters, timeout);
  }

  /**
   * Calls a tool and waits for its result. The gateway is told the time limit too.
   *
   * @throws ToolException if the tool answered with an error
   * @throws ProblemException if the gateway could not bring about an answer
   */
  public CallResult call(String agent, String tool, JsonValue parameters, Duration limit) {
    return call(agent, tool, parameters, limit, null);
  }

  /**
   * Calls a tool that must not run twice: whoever sends the same again with the same key within a
   * day gets the answer of the first.
   *
   * @param idempotencyKey 1 to 255 visible ASCII characters, another one for each call; null = none
   * @throws ToolException if the tool answered with an error
   * @throws ProblemException if the gateway could not bring about an answer; {@code
   *     outcome_unknown} if it may have been executed
   */
  public CallResult call(
      String agent,
      String tool,
      JsonValue parameters,
      Duration limit,
      @Nullable String idempotencyKey) {
    CallOptions options = CallOptions.within(limit).idempotencyKey(idempotencyKey);
    return call(agent, tool, parameters, options, new Hangup());
  }

  /** The same as the options say; another thread may give it up. */
  CallResult call(
      String agent, String tool, JsonValue parameters, CallOptions options, Hangup hangup) {
    // The gateway answers 504 with the cause when the time is up: leave it the moment to do so.
    Patience patience = new Patience(options.limit().plusSeconds(2), null);
    return ToolAnswer.read(send(agent, tool, parameters, ACCEPT, options, patience, hangup));
  }

  /** Sends a call of a tool; the head of its answer. */
  WireAnswer send(
      String agent,
      String tool,
      JsonValue parameters,
      String accept,
      CallOptions options,
      Patience patience,
      Hangup hangup) {
    Map<String, String> headers = headers(key);
    headers.put("Accept", accept);
    if (options.idempotencyKey() != null) {
      headers.put("Idempotency-Key", options.idempotencyKey());
    }
    headers.put("Content-Type", "application/json");
    headers.put("X-Nexus-Timeout", options.limit().toMillis() + "ms");
    headers.putAll(options.headers());
    return wire.send(
        "POST",
        "/agents/" + segment(agent) + "/tools/" + segment(tool),
        headers,
        parameters.toString().getBytes(StandardCharsets.UTF_8),
        patience,
        hangup);
  }

  /** Agents that may be called. */
  public JsonValue agents() {
    return read("GET", "/agents");
  }

  /** Tools of an agent with their schemas. */
  public JsonValue tools(String agent) {
    return read("GET", "/agents/" + segment(agent) + "/tools");
  }

  /** Whether the gateway itself serves, whatever its agents do. */
  public boolean ready() {
    try (WireAnswer answer = wire.send("GET", "/readyz", headers(null), null, timeout)) {
      return answer.status() == 200;
    } catch (UnreachableException | DeadlineException e) {
      return false;
    }
  }

  /** Administration; needs the token. */
  public Admin admin() {
    return new Admin(this);
  }

  /** Keys of callers; needs the token, or a key with scope admin. */
  public Keys keys() {
    return new Keys(this);
  }

  /** Cards of agents; needs the token. */
  public Market market() {
    return new Market(this);
  }

  private JsonValue read(String method, String path) {
    return wire.send(method, path, headers(key), null, timeout).document();
  }

  /** A request of the admin API: the document that answers it. */
  JsonValue ask(String method, String path, @Nullable JsonValue body) {
    return admin(method, path, body, timeout).document();
  }

  /** A request of the admin API; the head of its answer. */
  WireAnswer admin(String method, String path, @Nullable JsonValue body, @Nullable Duration limit) {
    byte[] bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
    return admin(method, path, bytes, limit);
  }

  /** The same with the bytes of a JSON document. */
  WireAnswer admin(String method, String path, byte @Nullable [] json, @Nullable Duration limit) {
    Map<String, String> headers = headers(token == null ? key : token);
    if (actor != null) {
      headers.put("X-Nexus-By", actor);
    }
    if (json != null) {
      headers.put("Content-Type", "application/json");
    }
    return operators.send(method, "/api/v1" + path, headers, json, limit);
  }

  Duration timeout() {
    return timeout;
  }

  private static Map<String, String> headers(@Nullable String bearer) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", ACCEPT);
    if (bearer != null) {
      headers.put("Authorization", "Bearer " + bearer);
    }
    return headers;
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Adds a parameter to a query, if it has a value. */
  static void parameter(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(segment(value));
    }
  }

  /** Settings of a client. */
  public static final class Builder {
    private final URI gateway;
    private @Nullable URI admin;
    private @Nullable String token;
    private @Nullable String key;
    private @Nullable String actor;
    private @Nullable Path certificate;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration timeout = Duration.ofSeconds(60);

    private Builder(URI gateway) {
      this.gateway = GatewayUrl.checked(gateway);
    }

    /**
     * Where the gateway is administered, if it has a listener of its own for that.
     *
     * @throws IllegalArgumentException if the address is no http or https URL with a host
     */
    public Builder admin(URI value) {
      this.admin = GatewayUrl.checked(value);
      return this;
    }

    /** Token for administration. It is never sent along with calls of tools. */
    public Builder token(@Nullable String value) {
      this.token = bearer(value);
      return this;
    }

    /** Key for calls, and for administration where there is no token. */
    public Builder key(@Nullable String value) {
      this.key = bearer(value);
      return this;
    }

    /** The program that acts, for the record: lower-case letters, digits and hyphens. */
    public Builder actor(String value) {
      if (!value.matches("[a-z][a-z0-9-]{0,31}")) {
        throw new IllegalArgumentException(
            "actor '" + value + "' is not up to 32 lower-case letters, digits and hyphens");
      }
      this.actor = value;
      return this;
    }

    /**
     * Trusts the first certificate of that PEM file beside those that the system trusts: for a
     * gateway whose certificate nobody has signed. Read at each connection.
     */
    public Builder certificate(Path pem) {
      this.certificate = pem;
      return this;
    }

    /** How long a connection may take; 5 s unless set. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = value;
      return this;
    }

    /** How long an answer may take; 60 s unless set. Streams and waiting have their own limits. */
    public Builder timeout(Duration value) {
      this.timeout = value;
      return this;
    }

    /** The client. */
    public NexusClient build() {
      return new NexusClient(this);
    }

    private static @Nullable String bearer(@Nullable String value) {
      if (value != null && !value.matches("[\\x21-\\x7e]+")) {
        throw new IllegalArgumentException(
            "the key is empty or holds blanks or control characters");
      }
      return value;
    }
  }
}
