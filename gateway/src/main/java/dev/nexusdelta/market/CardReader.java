package dev.nexusdelta.market;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestFault;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.Nearest;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a card: JSON in, a checked {@link Card} or every fault with its pointer out. Pure.
 *
 * <p>Its members: {@code name}, {@code purpose} (or {@code description}), {@code category}, {@code
 * model}, {@code version}, {@code capabilities}, {@code api_endpoint} ({@code http://HOST:PORT}, an
 * {@code /execute} behind it is dropped) and {@code tools}: names, or objects of {@code name},
 * {@code description}, {@code inputSchema}, {@code outputSchema} (or with underscores) and hints,
 * beside them or in {@code hints}. A member that is {@code null} is absent.
 */
public final class CardReader {
  /** In place of an address that the card does not give. */
  private static final String NOWHERE = "http://192.0.2.1:9";

  /** Members of a card, and the keys of a manifest that they are. */
  private static final Map<String, String> MEMBERS =
      ordered(
          "name", "name",
          "purpose", "description",
          "description", "description",
          "category", "category",
          "model", "model",
          "version", "version",
          "capabilities", "capabilities",
          "tools", "tools",
          "api_endpoint", "run");

  private static final Map<String, String> TOOL_MEMBERS =
      ordered(
          "name", "name",
          "description", "description",
          "inputSchema", "input-schema",
          "input_schema", "input-schema",
          "outputSchema", "output-schema",
          "output_schema", "output-schema",
          "readOnly", "read-only",
          "read_only", "read-only",
          "idempotent", "idempotent",
          "destructive", "destructive");

  private static final String HINTS = "hints";
  private static final String EXAMPLE = "http://192.0.2.7:9000";
  private static final Pattern SCHEME =
      Pattern.compile("(?s)^([A-Za-z][A-Za-z0-9+.-]{0,30})://.*$");
  private static final Pattern EXECUTE = Pattern.compile("/execute/?$");
  private static final Pattern LOCALHOST =
      Pattern.compile("(?i)^(https?://)localhost\\.?(?=[:/]|$)");
  private static final Pattern WHOLE_NAME = Pattern.compile("^(https?://[^/@:]+)\\.(?=[:/]|$)");

  private final List<CardFault> faults = new ArrayList<>();

  private CardReader() {}

  /**
   * Reads one.
   *
   * @param body values are {@code Map}, {@code List}, {@code String}, {@code Number}, {@code
   *     Boolean}, {@code null}
   * @throws CardException with everything that is wrong
   */
  public static Card read(Map<String, @Nullable Object> body) {
    return new CardReader().card(new JsonObject(body));
  }

  private Card card(JsonObject body) {
    JsonObject manifest = translated(body, MEMBERS, "");
    Object address = manifest.remove("run");
    boolean given = address != null;
    Optional<String> scheme = address instanceof String text ? wrongScheme(text) : Optional.empty();
    scheme.ifPresent(wrong -> faults.add(new CardFault("/api_endpoint", wrong)));
    Object written = address instanceof String text ? plain(text) : address;
    boolean readable = given && scheme.isEmpty();
    manifest.put("run", new JsonObject().put("url", readable ? written : NOWHERE));
    if (given && !(address instanceof String)) {
      faults.add(new CardFault("/api_endpoint", "is no text such as http://192.0.2.7:9000"));
    }
    Object tools = manifest.getValue("tools");
    if (tools instanceof JsonArray list) {
      manifest.put("tools", tools(list));
    } else if (tools != null) {
      faults.add(new CardFault("/tools", "is no list of names or of tools"));
      manifest.remove("tools");
    }
    Optional<Manifest> read =
        ManifestReader.readJson(manifest.encode()).fold(Optional::of, this::refused);
    if (!faults.isEmpty() || read.isEmpty()) {
      throw new CardException(faults);
    }
    Manifest said = read.get();
    Optional<URI> uri =
        given && said.run() instanceof Run.Url url
            ? Optional.of(url.addresses().get(0))
            : Optional.empty();
    return new Card(said, present(body), uri);
  }

  private static Set<String> present(JsonObject body) {
    Set<String> names = new TreeSet<>(body.fieldNames());
    names.removeIf(name -> body.getValue(name) == null);
    return names;
  }

  /** What no card may use, though a manifest may, or what nobody may yet. */
  private static Optional<String> wrongScheme(String address) {
    String scheme = SCHEME.matcher(address.strip()).replaceFirst("$1").toLowerCase(Locale.ROOT);
    if (!SCHEME.matcher(address.strip()).matches() || scheme.equals("http")) {
      return Optional.empty();
    }
    return Optional.of(
        scheme.equals("https")
            ? "is https, which is not supported yet: give an http:// address in the same network, or"
                + " that of a forwarder of your own that speaks TLS to the agent"
            : "begins with " + scheme + "://; expected http://HOST:PORT such as " + EXAMPLE);
  }

  /** One spelling of an address, so that the same one is found to be the same. */
  private static String plain(String address) {
    String base = EXECUTE.matcher(address.strip()).replaceFirst("");
    String named = LOCALHOST.matcher(base).replaceFirst("$1127.0.0.1");
    return WHOLE_NAME.matcher(named).replaceFirst("$1");
  }

  private JsonArray tools(JsonArray list) {
    JsonArray tools = new JsonArray();
    for (int i = 0; i < list.size(); i++) {
      Object tool = list.getValue(i);
      tools.add(tool instanceof JsonObject object ? tool(object, "/tools/" + i) : tool);
    }
    return tools;
  }

  private JsonObject tool(JsonObject body, String pointer) {
    JsonObject own = body.copy();
    Object hints = own.remove(HINTS);
    JsonObject tool = translated(own, TOOL_MEMBERS, pointer);
    if (hints instanceof JsonObject object) {
      tool.mergeIn(translated(object, TOOL_MEMBERS, pointer + "/" + HINTS));
    } else if (hints != null) {
      faults.add(new CardFault(pointer + "/" + HINTS, "is no object of readOnly, idempotent, …"));
    }
    return tool;
  }

  /** With the names of a manifest; two spellings of one member are a fault. */
  private JsonObject translated(JsonObject body, Map<String, String> members, String pointer) {
    JsonObject manifest = new JsonObject();
    for (Map.Entry<String, Object> entry : body) {
      String name = entry.getKey();
      if (entry.getValue() == null) {
        continue;
      }
      String at = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
      String key = members.get(name);
      if (key == null) {
        faults.add(new CardFault(at, unknown(name, members)));
      } else if (manifest.containsKey(key)) {
        faults.add(new CardFault(at, "says the same as another member; keep one of them"));
      } else {
        manifest.put(key, entry.getValue());
      }
    }
    return manifest;
  }

  private static String unknown(String name, Map<String, String> members) {
    return "unknown member"
        + Nearest.of(name, members.keySet())
            .map(near -> "; did you mean '" + near + "'?")
            .orElseGet(() -> "; known are " + String.join(", ", members.keySet()));
  }

  private Optional<Manifest> refused(List<ManifestFault> found) {
    for (ManifestFault fault : found) {
      String pointer = pointer(fault.pointer());
      faults.add(
          new CardFault(
              pointer,
              pointer.equals("/api_endpoint") ? ofCard(fault.message()) : fault.message()));
    }
    return Optional.empty();
  }

  /** In words of a card, which has no {@code run} and no containers. */
  private static String ofCard(String message) {
    return message
        .replace("run.url", "api_endpoint")
        .replace("'run'", "'api_endpoint'")
        .replace(" or container://MyAgent", "");
  }

  /** Where a fault of the manifest stands in the card. */
  private static String pointer(String manifest) {
    String pointer = manifest;
    if (pointer.startsWith("/run")) {
      return "/api_endpoint";
    }
    if (pointer.startsWith("/description")) {
      return "/purpose";
    }
    return pointer
        .replace("/input-schema", "/inputSchema")
        .replace("/output-schema", "/outputSchema")
        .replace("/read-only", "/readOnly");
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
