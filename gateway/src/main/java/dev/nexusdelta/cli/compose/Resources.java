package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import dev.nexusdelta.manifest.SizeText;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Memory, processors and replicas of a service, in either of the places where compose files say
 * them.
 *
 * @param memory as agent.yaml spells it
 */
record Resources(Optional<Found<String>> memory, Optional<Found<BigDecimal>> cpus, int replicas) {
  private static final Pattern BYTES =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*(b|k|kb|m|mb|g|gb)?", Pattern.CASE_INSENSITIVE);

  /** A value and its line. */
  record Found<T>(T value, int line) {}

  static Resources read(Fields service, Variables variables, Findings findings) {
    Map<String, PlacedYaml> keys = service.fields();
    Map<String, PlacedYaml> deploy =
        inside(keys.get("deploy"), "deploy", findings, Set.of("replicas", "resources"));
    Map<String, PlacedYaml> resources =
        inside(deploy.get("resources"), "deploy.resources", findings, Set.of("limits"));
    Map<String, PlacedYaml> limits =
        inside(
            resources.get("limits"), "deploy.resources.limits", findings, Set.of("memory", "cpus"));
    return new Resources(
        first(keys.get("mem_limit"), limits.get("memory"))
            .flatMap(
                at ->
                    found(at, variables, findings, "a size such as 256m or 1g", Resources::bytes)),
        first(keys.get("cpus"), limits.get("cpus"))
            .flatMap(
                at ->
                    found(
                        at,
                        variables,
                        findings,
                        "a number of processors such as 0.5",
                        Resources::number)),
        first(keys.get("scale"), deploy.get("replicas"))
            .flatMap(
                at -> found(at, variables, findings, "a number of replicas", Resources::number))
            .map(found -> found.value().intValue())
            .orElse(1));
  }

  private static Map<String, PlacedYaml> inside(
      @Nullable PlacedYaml value, String path, Findings findings, Set<String> known) {
    if (!(value instanceof Fields fields)) {
      if (value != null && !(value instanceof Nothing)) {
        findings.fault(value, path + " is " + value.kind() + "; expected a mapping");
      }
      return Map.of();
    }
    fields
        .fields()
        .forEach(
            (key, at) -> {
              if (!known.contains(key)) {
                findings.ignore(path + "." + key, at.line(), "agent.yaml has no counterpart");
              }
            });
    return fields.fields();
  }

  private static Optional<PlacedYaml> first(@Nullable PlacedYaml one, @Nullable PlacedYaml other) {
    return Optional.ofNullable(one != null && !(one instanceof Nothing) ? one : other)
        .filter(at -> !(at instanceof Nothing));
  }

  private static <T> Optional<Found<T>> found(
      PlacedYaml at,
      Variables variables,
      Findings findings,
      String expected,
      Function<String, Optional<T>> reader) {
    Optional<T> value =
        at instanceof Text text ? reader.apply(variables.filled(text).strip()) : Optional.empty();
    if (value.isEmpty()) {
      findings.fault(
          at,
          "expected " + expected + (at instanceof Text text ? ", not '" + text.text() + "'" : ""));
    }
    return value.map(it -> new Found<>(it, at.line()));
  }

  private static Optional<String> bytes(String text) {
    Matcher form = BYTES.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String unit = form.group(2) == null ? "b" : form.group(2).toLowerCase(Locale.ROOT);
    int shift = "bkmg".indexOf(unit.charAt(0)) * 10;
    return Optional.of(
        SizeText.format(
            new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(1L << shift)).longValue()));
  }

  private static Optional<BigDecimal> number(String text) {
    return text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }
}
