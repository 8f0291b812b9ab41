package dev.nexusdelta.sdk;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A gateway, as programs use it.
 *
 * <pre>{@code
 * NexusDelta nexus = NexusDelta.connect("http://127.0.0.1:8080");
 * Stats stats =
 *     nexus.agent("DataAgent").call("process_data", Map.of("data", List.of(1, 2, 3)), Stats.class);
 * }</pre>
 *
 * <p>Thread-safe. Holds no connection between requests, so there is nothing to close. To connect
 * asks nothing yet: a wrong address shows with the first call, as {@link UnreachableException}. How
 * calls fail, and that nothing is ever sent twice, is told at {@link RemoteAgent}; how keys are
 * found, at {@link Credentials}. A key is sent to the address that was connected to, nowhere else.
 */
public final class NexusDelta {
  private static final String HERE = "http://127.0.0.1:8080";

  private final NexusClient client;
  private final Executor executor;
  private final CallOptions options;
  private final Credentials credentials;

  private NexusDelta(Builder builder) {
    String given = builder.env.getOrDefault("NEXUS_URL", "");
    URI url = builder.url != null ? builder.url : GatewayUrl.parse(given.isBlank() ? HERE : given);
    credentials = Credentials.find(builder.key, url, builder.env, builder.folder);
    NexusClient.Builder settings =
        NexusClient.builder(url)
            .key(credentials.key())
            .token(credentials.token())
            .actor(builder.actor)
            .timeout(builder.timeout)
            .connectTimeout(builder.connectTimeout);
    if (builder.admin != null) {
      settings.admin(builder.admin);
    }
    if (builder.certificate != null) {
      settings.certificate(builder.certificate);
    }
    client = settings.build();
    executor = builder.executor == null ? Threads.POOL : builder.executor;
    options = CallOptions.within(builder.timeout);
  }

  /** The gateway that {@code NEXUS_URL} names, else {@code http://127.0.0.1:8080}. */
  public static NexusDelta connect() {
    return builder().build();
  }

  /**
   * The gateway at this address.
   *
   * @throws IllegalArgumentException if it is no http or https URL with a host
   */
  public static NexusDelta connect(String url) {
    return builder().url(url).build();
  }

  /**
   * The same with a key.
   *
   * @param key null, empty or {@code your_token}: as if there were none
   */
  public static NexusDelta connect(String url, @Nullable String key) {
    return builder().url(url).key(key).build();
  }

  /** Begins one with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** An agent to call, by its name in any case. */
  public RemoteAgent agent(String name) {
    return new RemoteAgent(client, executor, name, options);
  }

  /** Agents that may be called. */
  public List<AgentSummary> agents() {
    return AgentSummary.all(client.agents());
  }

  /** Tools of an agent. */
  public List<ToolSummary> tools(String agent) {
    return ToolSummary.all(client.tools(agent));
  }

  /** Registers an agent that runs somewhere, so that it is found and called through the gateway. */
  public JsonValue registerAgent(AgentCard card) {
    return market().register(card);
  }

  /** The same by the names that the card has in JSON, such as {@code api_endpoint}. */
  public JsonValue registerAgent(Map<String, ?> card) {
    return market().register(card);
  }

  /** Takes a registered agent away again; it is not ended where it runs. */
  public Operation unregisterAgent(String name) {
    return market().delete(name);
  }

  /** Cards of agents. */
  public Market market() {
    return client.market();
  }

  /** Administration; needs the token, or a key that may. */
  public Admin admin() {
    return client.admin();
  }

  /** Whether the gateway itself serves, whatever its agents do. */
  public boolean ready() {
    return client.ready();
  }

  /** Where the gateway is. */
  public URI url() {
    return client.gateway();
  }

  /** Where the gateway is and where its key is from; never the key. */
  @Override
  public String toString() {
    return "NexusDelta at " + url() + " with " + credentials;
  }

  /**
   * Made with the first call that needs it; its threads end when they are not used for a minute.
   */
  private static final class Threads {
    static final ExecutorService POOL =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "nexus-delta-call");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Settings. */
  public static final class Builder {
    private @Nullable URI url;
    private @Nullable URI admin;
    private @Nullable String key;
    private @Nullable Path certificate;
    private @Nullable Executor executor;
    private String actor = "sdk";
    private Duration timeout = Duration.ofSeconds(60);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Map<String, String> env = System.getenv();
    private Path folder = Path.of("").toAbsolutePath();

    private Builder() {}

    /**
     * Where the gateway is; {@code NEXUS_URL}, else {@code http://127.0.0.1:8080} unless set.
     *
     * @throws IllegalArgumentException if it is no http or https URL with a host
     */
    public Builder url(String value) {
      this.url = GatewayUrl.parse(value);
      return this;
    }

    /** Where it is administered, if it has a listener of its own for that. */
    public Builder admin(String value) {
      this.admin = GatewayUrl.parse(value);
      return this;
    }

    /**
     * Key for calls and administration; null, empty or {@code your_token}: see {@link Credentials}.
     */
    public Builder key(@Nullable String value) {
      this.key = value;
      return this;
    }

    /** Trusts the certificate of that PEM file beside those that the system trusts. */
    public Builder certificate(Path pem) {
      this.certificate = pem;
      return this;
    }

    /**
     * How long an answer may take; 60 s unless set. {@link RemoteAgent#deadline} is for one call.
     */
    public Builder timeout(Duration value) {
      this.timeout = value;
      return this;
    }

    /** How long a connection may take; 5 s unless set. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = value;
      return this;
    }

    /**
     * Runs calls made by {@code callAsync}, each of which blocks its thread until its answer is
     * there. Unless set, daemon threads, as many as there are calls; from JDK 21 on {@code
     * Executors.newVirtualThreadPerTaskExecutor()} is a good one.
     */
    public Builder executor(Executor value) {
      this.executor = value;
      return this;
    }

    /** The program that acts, for the record: lower-case letters, digits and hyphens. */
    public Builder actor(String value) {
      this.actor = value;
      return this;
    }

    /** Other surroundings than the process's own. */
    Builder surroundings(Map<String, String> environment, Path workingFolder) {
      this.env = Map.copyOf(environment);
      this.folder = workingFolder;
      return this;
    }

    /**
     * The gateway.
     *
     * @throws IllegalArgumentException if a setting is none, or a key cannot be read
     */
    public NexusDelta build() {
      return new NexusDelta(this);
    }
  }
}
