package dev.nexusdelta.manifest;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One agent as its {@code agent.yaml} wants it, complete: every default is filled in.
 *
 * @param port the wished port of the first replica; empty = any of the configured range
 * @param env values may be {@code ${env:NAME}} or {@code ${file:PATH}}: resolved by the host at
 *     start, never stored or shown resolved
 * @param secrets names only
 * @param scale empty = one replica, not scaled
 * @param tools tools declared here for agents without {@code GET /tools}, and per-tool limits
 * @param expose the agent's other routes that may be called through the gateway, each as {@link
 *     ExposedRoute} reads it
 * @param allowedLiterals variables of {@code env} that are named like secrets and may hold a plain
 *     value all the same
 */
public record Manifest(
    AgentName name,
    String version,
    String description,
    String category,
    String model,
    List<String> capabilities,
    Run run,
    OptionalInt port,
    Map<String, String> env,
    List<String> secrets,
    Resources resources,
    Health health,
    Limits limits,
    Balance balance,
    Optional<Scale> scale,
    List<ToolDeclaration> tools,
    List<String> expose,
    List<String> allowedLiterals) {

  /** Copies the collections. */
  public Manifest {
    capabilities = List.copyOf(capabilities);
    env = Map.copyOf(env);
    secrets = List.copyOf(secrets);
    tools = List.copyOf(tools);
    expose = List.copyOf(expose);
    allowedLiterals = List.copyOf(allowedLiterals);
  }

  /**
   * Limits of one replica.
   *
   * @param memoryBytes empty = the host's default
   * @param cpus empty = not limited
   */
  public record Resources(OptionalLong memoryBytes, OptionalDouble cpus) {}

  /**
   * How the gateway finds out whether a replica is ready.
   *
   * @param path route that answers 2xx when ready
   * @param interval between two probes of a healthy replica
   * @param timeout of one probe
   * @param start how long a new replica may take to its first good probe
   */
  public record Health(String path, Duration interval, Duration timeout, Duration start) {}

  /**
   * Bounds of calls.
   *
   * @param timeout of one call up to its last byte (for streams up to the head)
   * @param idle between two bytes of a stream
   * @param concurrency calls at once per replica
   * @param queue calls that may wait, per agent
   * @param requestBytes largest request body
   */
  public record Limits(
      Duration timeout, Duration idle, int concurrency, int queue, long requestBytes) {}

  /**
   * How a replica is chosen.
   *
   * @param header whose value is hashed; empty for policies without one
   */
  public record Balance(Policy policy, String header) {
    /** The header that is hashed where the manifest names none. */
    public static final String KEY_HEADER = "X-Nexus-Key";

    /** Each in turn. */
    public static final Balance ROUND_ROBIN = new Balance(Policy.ROUND_ROBIN, "");

    /** The one with fewer calls in flight of two drawn at random. */
    public static final Balance LEAST_REQUESTS = new Balance(Policy.LEAST_REQUESTS, "");

    /** The same value of the usual header to the same replica, bounded by load. */
    public static final Balance CONSISTENT_HASH = new Balance(Policy.CONSISTENT_HASH, KEY_HEADER);

    /** The policies. */
    public enum Policy {
      /** See {@link Balance#ROUND_ROBIN}. */
      ROUND_ROBIN,
      /** See {@link Balance#LEAST_REQUESTS}. */
      LEAST_REQUESTS,
      /** See {@link Balance#CONSISTENT_HASH}. */
      CONSISTENT_HASH;

      /** As {@code agent.yaml} writes it. */
      public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }
  }

  /**
   * Bounds and targets of the number of replicas.
   *
   * @param targetRps calls a second per replica
   * @param targetConcurrency calls in flight per replica
   * @param window stable window of the decisions
   */
  public record Scale(
      int min,
      int max,
      OptionalDouble targetRps,
      OptionalDouble targetConcurrency,
      Duration window) {}

  /**
   * A tool as declared in the manifest.
   *
   * @param inputSchema JSON text of the schema, empty = unknown
   * @param timeout tightens {@link Limits#timeout}
   * @param concurrency calls of this tool at once, over all replicas that this gateway calls
   */
  public record ToolDeclaration(
      String name,
      String description,
      Optional<String> inputSchema,
      Optional<String> outputSchema,
      boolean readOnly,
      boolean idempotent,
      boolean destructive,
      Optional<Duration> timeout,
      OptionalInt concurrency) {}
}
