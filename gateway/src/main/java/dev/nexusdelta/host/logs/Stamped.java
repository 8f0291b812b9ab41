package dev.nexusdelta.host.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log line with the best time known for it. Pure. */
record Stamped(Instant at, String text) {
  private static final Pattern STAMP =
      Pattern.compile(
          "\\[?(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}:\\d{2})([.,]\\d{1,9})?(Z|[+-]\\d{2}:?\\d{2})");

  /**
   * Lines of one file in their order. A line without a time of its own belongs to the stamped one
   * before it, as lines of a stack trace do; where none has a time, all have the file's.
   */
  static List<Stamped> of(List<String> lines, Instant written) {
    Instant last =
        lines.stream().map(Stamped::stampOf).flatMap(Optional::stream).findFirst().orElse(written);
    List<Stamped> stamped = new ArrayList<>(lines.size());
    for (String line : lines) {
      Instant own = stampOf(line).orElse(last);
      last = own.isBefore(last) ? last : own;
      stamped.add(new Stamped(last, line));
    }
    return stamped;
  }

  /** The ISO time that the line begins with; one without a zone is not understood. */
  static Optional<Instant> stampOf(String line) {
    Matcher matcher = STAMP.matcher(line);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    String fraction = matcher.group(3) == null ? "" : matcher.group(3).replace(',', '.');
    String zone = matcher.group(4);
    if (zone.length() == 5) {
      zone = zone.substring(0, 3) + ":" + zone.substring(3);
    }
    try {
      return Optional.of(
          OffsetDateTime.parse(matcher.group(1) + "T" + matcher.group(2) + fraction + zone)
              .toInstant());
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }
}
