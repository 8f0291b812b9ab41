package dev.nexusdelta.manifest;

import dev.nexusdelta.manifest.Manifest.Balance;
import dev.nexusdelta.manifest.Manifest.Health;
import dev.nexusdelta.manifest.Manifest.Limits;
import dev.nexusdelta.manifest.Manifest.Resources;
import dev.nexusdelta.manifest.Manifest.Scale;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code agent.yaml}: text in, a complete {@link Manifest} or every fault with its place out.
 *
 * <p>Pure and stateless. Defaults of absent keys: version {@value #VERSION}, health {@code /health}
 * each 1 s with 1 s time-out and 60 s to start, limits 30 s, 300 s idle, 64 at once, 128 waiting, 4
 * MiB; no {@code scale} = one replica. A key without a value counts as absent.
 *
 * <p>Secrets written out under {@code env} are refused where a manifest comes in, and read where it
 * is one that was let in before.
 */
public final class ManifestReader {
  /** Version of an agent whose manifest names none. */
  public static final String VERSION = "1.0.0";

  static final Health HEALTH =
      new Health("/health", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60));
  static final Limits LIMITS =
      new Limits(Duration.ofSeconds(30), Duration.ofSeconds(300), 64, 128, 4L << 20);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int MOST_REPLICAS = 1000;
  private static final Pattern VERSION_FORM = Pattern.compile("[A-Za-z0-9._-]{1,40}");
  private static final Pattern PATH_FORM = Pattern.compile("/[\\x21-\\x7E&&[^?#\\\\]]{0,500}");
  private static final Pattern CAPABILITY_FORM = Pattern.compile("\\S[^\\p{Cntrl}]{0,62}\\S|\\S");
  private static final List<String> KEYS =
      List.of(
          "name",
          "version",
          "description",
          "category",
          "model",
          "capabilities",
          "run",
          "port",
          "env",
          "secrets",
          "resources",
          "health",
          "limits",
          "balance",
          "scale",
          "tools",
          "expose",
          LiteralSecrets.ALLOWING);

  private ManifestReader() {}

  /** Reads YAML, or JSON, which is YAML too. */
  public static ManifestResult read(String text) {
    return read(text, LiteralSecrets.REFUSED);
  }

  private static ManifestResult read(String text, LiteralSecrets literals) {
    Faults faults = new Faults();
    Optional<Node> root = YamlTree.compose(text, faults);
    if (root.isEmpty()) {
      if (faults.none()) {
        faults.add(
            Optional.empty(), "", "the document is empty; it needs at least 'name' and 'run'");
      }
      return faults.result();
    }
    return manifest(new Value(root.get(), "", faults), literals);
  }

  /** Reads JSON and refuses what is YAML only. */
  public static ManifestResult readJson(String text) {
    return readJson(text, LiteralSecrets.REFUSED);
  }

  /**
   * Likewise, for a manifest that takes the place of another.
   *
   * @param before whose values of {@code env} may stay as they are
   */
  public static ManifestResult readJson(String text, Manifest before) {
    return readJson(text, LiteralSecrets.knownFrom(before.env()));
  }

  /** Reads the JSON of a manifest that was let in before: by an older program, too. */
  public static ManifestResult readStored(String text) {
    return readJson(text, LiteralSecrets.LET_IN);
  }

  private static ManifestResult readJson(String text, LiteralSecrets literals) {
    Faults faults = new Faults();
    if (text.length() <= YamlTree.LARGEST && !YamlTree.isJson(text, faults)) {
      return faults.result();
    }
    // A tab can only stand between the tokens of JSON; YAML dislikes it there.
    return read(text.replace('\t', ' '), literals);
  }

  private static ManifestResult manifest(Value root, LiteralSecrets literals) {
    Section all = Section.known(root, KEYS);
    Optional<AgentName> name = required(all, "name").flatMap(ManifestReader::name);
    Optional<Run> run = required(all, "run").flatMap(RunReader::run);
    String version =
        all.get("version")
            .flatMap(it -> it.matching(VERSION_FORM, "1 to 40 letters, digits, '.', '_' or '-'"))
            .orElse(VERSION);
    EnvironmentReader environment = EnvironmentReader.of(all, literals);
    Resources resources = resources(all);
    Health health = health(all);
    Limits limits = limits(all);
    Balance balance =
        all.get("balance").flatMap(BalanceReader::balance).orElse(Balance.ROUND_ROBIN);
    Optional<Scale> scale = all.get("scale").map(ManifestReader::scale);
    OptionalInt port = OptionalInt.empty();
    Optional<Integer> wished = all.get("port").flatMap(it -> it.integer(1, 65535));
    if (wished.isPresent()) {
      port = OptionalInt.of(wished.get());
    }
    String description = all.text("description", 4000, true);
    String category = all.text("category", 64, false);
    String model = all.text("model", 100, false);
    List<String> capabilities =
        all.texts("capabilities", 100, CAPABILITY_FORM, "a word of at most 64 characters");
    var tools = all.get("tools").map(ToolsReader::tools).orElse(List.of());
    List<String> expose = all.texts("expose", 100, ExposedRoute::fault, ExposedRoute.EXPECTED);
    if (!root.faults().none() || name.isEmpty() || run.isEmpty()) {
      return root.faults().result();
    }
    return new ManifestResult.Ok(
        new Manifest(
            name.get(),
            version,
            description,
            category,
            model,
            capabilities,
            run.get(),
            port,
            environment.env(),
            environment.secrets(),
            resources,
            health,
            limits,
            balance,
            scale,
            tools,
            expose,
            environment.allowedLiterals()));
  }

  private static Optional<Value> required(Section all, String key) {
    if (!all.has(key) && all.at().isMapping()) {
      String hint =
          key.equals("run")
              ? "say how it runs: run: {java: File.java}, {command: …}, {image: …} or {url: …}"
              : "say how the agent is called: name: MyAgent";
      all.at()
          .faults()
          .add(all.at().node().getStartMark(), "/" + key, "'" + key + "' is missing; " + hint);
    }
    return all.get(key);
  }

  private static Optional<AgentName> name(Value value) {
    String expected = "a letter followed by up to 39 letters, digits or inner hyphens";
    return value
        .scalar(expected)
        .flatMap(
            text ->
                AgentName.isValid(text)
                    ? Optional.of(new AgentName(text))
                    : value.refused(text, expected));
  }

  private static Resources resources(Section all) {
    Optional<Section> at =
        all.get("resources").map(it -> Section.known(it, List.of("memory", "cpus")));
    Optional<Long> memory =
        at.flatMap(it -> it.get("memory")).flatMap(it -> it.size(8L << 20, 1L << 40));
    Optional<Double> cpus = at.flatMap(it -> it.get("cpus")).flatMap(it -> it.number(0, 1024));
    return new Resources(memory.map(OptionalLong::of).orElse(OptionalLong.empty()), optional(cpus));
  }

  private static Health health(Section all) {
    Optional<Value> value = all.get("health");
    if (value.isEmpty()) {
      return HEALTH;
    }
    Section at = Section.known(value.get(), List.of("path", "interval", "timeout", "start"));
    String path =
        at.get("path")
            .flatMap(it -> it.matching(PATH_FORM, "a path that begins with '/', without query"))
            .orElse(HEALTH.path());
    return new Health(
        path,
        at.duration("interval", HEALTH.interval(), Duration.ofMillis(10), LONGEST),
        at.duration("timeout", HEALTH.timeout(), SHORTEST, LONGEST),
        at.duration("start", HEALTH.start(), SHORTEST, LONGEST));
  }

  private static Limits limits(Section all) {
    Optional<Value> value = all.get("limits");
    if (value.isEmpty()) {
      return LIMITS;
    }
    Section at =
        Section.known(value.get(), List.of("timeout", "idle", "concurrency", "queue", "request"));
    return new Limits(
        at.duration("timeout", LIMITS.timeout(), SHORTEST, LONGEST),
        at.duration("idle", LIMITS.idle(), SHORTEST, LONGEST),
        at.integer("concurrency", LIMITS.concurrency(), 1, 1_000_000),
        at.integer("queue", LIMITS.queue(), 0, 1_000_000),
        at.get("request").flatMap(it -> it.size(1, 1L << 40)).orElse(LIMITS.requestBytes()));
  }

  private static Scale scale(Value value) {
    Section at =
        Section.known(value, List.of("min", "max", "target-rps", "target-concurrency", "window"));
    int min = at.integer("min", 1, 0, MOST_REPLICAS);
    int max = at.integer("max", Math.max(1, min), 1, MOST_REPLICAS);
    Optional<Double> rps = at.get("target-rps").flatMap(it -> it.number(0, 1e9));
    Optional<Double> concurrency = at.get("target-concurrency").flatMap(it -> it.number(0, 1e9));
    if (min > max) {
      at.get("min").orElse(value).fault("is " + min + ", above max " + max);
    }
    if ((rps.isPresent() || concurrency.isPresent()) && !at.has("max")) {
      value.fault("has a target but no max; say how far it may grow, such as max: 5");
    }
    return new Scale(
        min,
        max,
        optional(rps),
        optional(concurrency),
        at.duration("window", Duration.ofSeconds(60), Duration.ofSeconds(1), LONGEST));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
