package dev.nexusdelta.manifest;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts of bytes as people write them: {@code 256MiB}, {@code 4Mi}, {@code 1.5GiB}, {@code
 * 100MB}, {@code 512B}. Powers of 1024 with an {@code i}, of 1000 without; a bare number is
 * refused.
 */
public final class SizeText {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,6})?) ?(B|kB|KB|MB|GB|TB|KiB?|MiB?|GiB?|TiB?)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("B", 1L),
          Map.entry("kB", 1000L),
          Map.entry("KB", 1000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("Ki", 1L << 10),
          Map.entry("Mi", 1L << 20),
          Map.entry("Gi", 1L << 30),
          Map.entry("Ti", 1L << 40));

  private SizeText() {}

  /** The bytes; empty if the text is no size, or none of whole bytes. */
  public static Optional<Long> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String unit = form.group(2);
    String key = unit.endsWith("iB") ? unit.substring(0, 2) : unit;
    BigDecimal factor = BigDecimal.valueOf(UNITS.getOrDefault(key, 0L));
    try {
      return Optional.of(new BigDecimal(form.group(1)).multiply(factor).longValueExact());
    } catch (ArithmeticException notWholeOrTooMuch) {
      return Optional.empty();
    }
  }

  /** The exact spelling with the largest unit that divides it: {@code 256MiB}, {@code 1500B}. */
  public static String format(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long value = bytes;
    while (value != 0 && value % 1024 == 0 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return value + units[unit];
  }
}
