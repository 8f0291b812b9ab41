package dev.nexusdelta.access;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code Host} and {@code Origin} a call without a key may carry. A browser can be lured into
 * calling a loopback address under a foreign name (DNS rebinding) or from a foreign page; both show
 * in these two headers. Immutable, thread-safe.
 */
public final class HostRule {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names;

  /** What a check found. */
  public enum Verdict {
    /** Served. */
    OK,
    /** The name in {@code Host} is not served here: 421. */
    WRONG_HOST,
    /** The call comes from a page of another origin: 403. */
    FOREIGN_ORIGIN
  }

  /**
   * Takes the loopback names and those the operator lists.
   *
   * @param further names without port
   */
  public HostRule(Set<String> further) {
    this(LOOPBACK, further);
  }

  private HostRule(Set<String> first, Set<String> further) {
    names =
        Stream.concat(first.stream(), further.stream())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Takes these names and no other, not even the loopback ones. */
  public static HostRule only(Set<String> names) {
    return new HostRule(Set.of(), names);
  }

  /**
   * Checks one call.
   *
   * @param host value of {@code Host}, any port; null = the caller sent none
   * @param origin value of {@code Origin}; null = not from a page
   */
  public Verdict check(@Nullable String host, @Nullable String origin) {
    if (host == null || !isServed(host)) {
      return Verdict.WRONG_HOST;
    }
    return origin == null || isSameOrigin(origin, host) ? Verdict.OK : Verdict.FOREIGN_ORIGIN;
  }

  /**
   * Whether a call comes from a page of another origin than it is addressed to, whoever that is:
   * refused even if it carries a key.
   *
   * @param host as {@link #check} takes it
   * @param origin likewise
   */
  public static boolean isForeign(@Nullable String host, @Nullable String origin) {
    return origin != null && (host == null || !isSameOrigin(origin, host));
  }

  private boolean isServed(String host) {
    String name = nameOf(host);
    if (name == null) {
      return false;
    }
    return names.contains(name) || names.contains(name.toLowerCase(Locale.ROOT));
  }

  /** The name without its port; null when the form is wrong. */
  private static @Nullable String nameOf(String host) {
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    if (end < 0) {
      return host;
    }
    if (end == 0) {
      return null;
    }
    return end == host.length() || isPort(host, end) ? host.substring(0, end) : null;
  }

  private static boolean isPort(String host, int colon) {
    if (host.charAt(colon) != ':' || host.length() - colon > 6) {
      return false;
    }
    for (int i = colon + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The default port of the scheme may stand in one and be missing in the other: refused too. */
  private static boolean isSameOrigin(String origin, String host) {
    int authority = origin.indexOf("://");
    if (authority < 0) {
      return false;
    }
    String scheme = origin.substring(0, authority);
    return (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
        && origin.substring(authority + 3).equalsIgnoreCase(host);
  }
}
