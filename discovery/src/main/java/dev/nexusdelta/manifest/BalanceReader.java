package dev.nexusdelta.manifest;

import dev.nexusdelta.manifest.Manifest.Balance;
import dev.nexusdelta.manifest.Manifest.Balance.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code balance}: a policy's name, or {@code {policy: consistent-hash, header: X-User}}. */
final class BalanceReader {
  private static final Map<String, Policy> POLICIES =
      Arrays.stream(Policy.values()).collect(Collectors.toMap(Policy::word, Function.identity()));
  private static final String EXPECTED = "round-robin, least-requests or consistent-hash";

  /** The characters of a header's name (RFC 9110, 5.6.2). */
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

  private BalanceReader() {}

  static Optional<Balance> balance(Value value) {
    if (!value.isMapping()) {
      return policy(value).map(policy -> new Balance(policy, usualHeader(policy)));
    }
    Section at = Section.known(value, List.of("policy", "header"));
    if (!at.has("policy")) {
      value.fault("has no policy; expected " + EXPECTED);
      return Optional.empty();
    }
    Optional<Policy> policy = at.get("policy").flatMap(BalanceReader::policy);
    Optional<String> header =
        at.get("header").flatMap(it -> it.matching(HEADER, "the name of a header, such as X-User"));
    if (at.has("header") && policy.isPresent() && policy.get() != Policy.CONSISTENT_HASH) {
      at.get("header").ifPresent(it -> it.fault("goes with consistent-hash only; leave it out"));
    }
    return policy.map(it -> new Balance(it, header.orElse(usualHeader(it))));
  }

  private static String usualHeader(Policy policy) {
    return policy == Policy.CONSISTENT_HASH ? Balance.KEY_HEADER : "";
  }

  private static Optional<Policy> policy(Value value) {
    return value
        .scalar(EXPECTED)
        .flatMap(
            text -> {
              Policy known = POLICIES.get(text);
              String meant =
                  Nearest.of(text, POLICIES.keySet())
                      .map(near -> "; did you mean '" + near + "'?")
                      .orElse("");
              return known != null ? Optional.of(known) : value.refused(text, EXPECTED + meant);
            });
  }
}
