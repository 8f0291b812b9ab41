package dev.nexusdelta.admin;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.DurationText;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads path, query and header parameters; every bad value is a 400 that names it. */
final class Params {
  private static final Pattern BARE = Pattern.compile("[0-9]{1,9}");
  private static final Pattern ACTOR = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /** Names under which the gateway's own parts act: nobody may borrow them. */
  private static final Set<String> OWN =
      Set.of("gateway", "fleet", "health", "host", "file", "registry", "autoscaler", "firestore");

  private Params() {}

  /** The agent's name in the path. */
  static AgentName name(RoutingContext ctx) {
    String text = ctx.pathParam("name");
    if (text == null || !AgentName.isValid(text)) {
      throw Refusals.invalid(
          "agent name '"
              + shown(text)
              + "' is not a letter followed by up to 39 letters, digits or inner hyphens");
    }
    return new AgentName(text);
  }

  /**
   * Who acts, for the audit: {@code key:NAME} with a key; with the admin token the caller's program
   * if it says so sanely, else {@code api}.
   */
  static String by(RoutingContext ctx) {
    return Caller.of(ctx).flatMap(Caller::name).orElseGet(() -> program(ctx));
  }

  private static String program(RoutingContext ctx) {
    String said = ctx.request().getHeader("X-Nexus-By");
    return said != null && ACTOR.matcher(said).matches() && !OWN.contains(said) ? said : "api";
  }

  static boolean flag(RoutingContext ctx, String name, boolean otherwise) {
    String text = query(ctx, name);
    if (text == null) {
      return otherwise;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      // A bare `?follow` means yes.
      case "true", "" -> true;
      case "false" -> false;
      default -> throw bad(name, text, "true or false");
    };
  }

  static int number(RoutingContext ctx, String name, int otherwise, int most) {
    String text = query(ctx, name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw bad(name, text, "a whole number from 0 to " + most);
  }

  /** A revision in the path. */
  static long revision(RoutingContext ctx) {
    String text = ctx.pathParam("revision");
    if (text == null || !text.matches("[1-9][0-9]{0,17}")) {
      throw bad("revision", text, "a whole number above 0");
    }
    return Long.parseLong(text);
  }

  /** A number above 0 that must be there. */
  static double positive(RoutingContext ctx, String name, double most) {
    String text = query(ctx, name);
    try {
      double number = text == null ? 0 : Double.parseDouble(text);
      if (number > 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw bad(name, text, String.format(Locale.ROOT, "a number above 0, at most %.0f", most));
  }

  static Optional<Duration> duration(RoutingContext ctx, String name) {
    String text = query(ctx, name);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        parse(text).orElseThrow(() -> bad(name, text, "a duration like 500ms, 30s or 5m")));
  }

  /** A moment: an ISO-8601 instant, or a duration that ends now. */
  static Optional<Instant> moment(RoutingContext ctx, String name, InstantSource clock) {
    String text = query(ctx, name);
    if (text == null) {
      return Optional.empty();
    }
    Optional<Duration> ago = parse(text);
    if (ago.isPresent()) {
      return Optional.of(clock.instant().minus(ago.get()));
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw bad(name, text, "an instant like 2026-01-31T12:00:00Z or a duration like 10m");
    }
  }

  /** As in manifests, and bare numbers as seconds. */
  private static Optional<Duration> parse(String text) {
    return BARE.matcher(text).matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : DurationText.parse(text);
  }

  /** A text of any kind; null = none. */
  static @Nullable String text(RoutingContext ctx, String name) {
    return query(ctx, name);
  }

  static boolean prefersHtml(RoutingContext ctx) {
    String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("text/html");
  }

  private static @Nullable String query(RoutingContext ctx, String name) {
    return ctx.queryParams().get(name);
  }

  private static RuntimeException bad(String name, @Nullable String value, String expected) {
    return Refusals.invalid(name + " is '" + shown(value) + "', expected " + expected);
  }

  private static String shown(@Nullable String text) {
    String given = text == null ? "" : text;
    return given.length() <= 60 ? given : given.substring(0, 60) + "…";
  }
}
