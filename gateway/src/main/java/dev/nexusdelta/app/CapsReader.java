package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Caps;
import dev.nexusdelta.manifest.SizeText;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys under {@code fleet}. Used once. */
final class CapsReader {
  private static final int MOST = 100_000;
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?) ?%");

  private final Function<SettingKey, String> values;
  private final BiConsumer<SettingKey, String> faults;

  /**
   * A reader.
   *
   * @param values of all keys
   * @param faults takes what was expected of which key
   */
  CapsReader(Function<SettingKey, String> values, BiConsumer<SettingKey, String> faults) {
    this.values = values;
    this.faults = faults;
  }

  Caps read() {
    return memory(replicas());
  }

  private int replicas() {
    String text = values.apply(SettingKey.FLEET_REPLICAS);
    int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MOST) {
      faults.accept(SettingKey.FLEET_REPLICAS, "expected a whole number from 1 to " + MOST);
    }
    return number;
  }

  private Caps memory(int replicas) {
    String text = values.apply(SettingKey.FLEET_MEMORY);
    Matcher percent = PERCENT.matcher(text);
    double share = percent.matches() ? Double.parseDouble(percent.group(1)) : 0;
    long bytes = SizeText.parse(text).orElse(0L);
    if (bytes <= 0 && (share <= 0 || share > 100)) {
      faults.accept(
          SettingKey.FLEET_MEMORY,
          "expected a part of the machine's memory such as 75%, or a size such as 8GiB");
    }
    return new Caps(replicas, bytes, share);
  }
}
