package dev.nexusdelta.market;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.Manifest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which cards are wanted, and in which order. Pure.
 *
 * <p>Each word must stand somewhere in the card, in any case, also as part of a longer one. It
 * counts by the best place where it stands: the name itself 100, its beginning 60, within it 40; a
 * capability 30, within one 15; within a tool's name 20; category 15; purpose 10; a tool's
 * description 5. What counts most comes first.
 *
 * @param words lower case; none = every card
 * @param category in any case; null = any
 * @param capability a whole one, in any case; null = any
 * @param tool its whole name, in any case; null = any
 */
public record Search(
    List<String> words,
    @Nullable String category,
    @Nullable String capability,
    @Nullable String tool) {

  /** Copies the list. */
  public Search {
    words = List.copyOf(words);
  }

  /** As it is asked for; null or blank = not asked. */
  public static Search of(
      @Nullable String text,
      @Nullable String category,
      @Nullable String capability,
      @Nullable String tool) {
    return new Search(
        text == null
            ? List.of()
            : Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList(),
        wanted(category),
        wanted(capability),
        wanted(tool));
  }

  private static @Nullable String wanted(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** How well a card fits; 0 = it does not. */
  public int rank(Manifest manifest, List<ToolInfo> tools) {
    boolean passes =
        (category == null || category.equalsIgnoreCase(manifest.category()))
            && (capability == null
                || manifest.capabilities().stream().anyMatch(capability::equalsIgnoreCase))
            && (tool == null || tools.stream().anyMatch(it -> tool.equalsIgnoreCase(it.name())));
    if (!passes) {
      return 0;
    }
    int sum = 1;
    for (String word : words) {
      int best = best(word, manifest, tools);
      if (best == 0) {
        return 0;
      }
      sum += best;
    }
    return sum;
  }

  private static int best(String word, Manifest manifest, List<ToolInfo> tools) {
    String name = manifest.name().key();
    if (name.equals(word)) {
      return 100;
    }
    if (name.contains(word)) {
      return name.startsWith(word) ? 60 : 40;
    }
    List<String> capabilities = manifest.capabilities().stream().map(Search::folded).toList();
    if (capabilities.contains(word)) {
      return 30;
    }
    if (tools.stream().anyMatch(tool -> folded(tool.name()).contains(word))) {
      return 20;
    }
    if (capabilities.stream().anyMatch(it -> it.contains(word))
        || folded(manifest.category()).contains(word)) {
      return 15;
    }
    if (folded(manifest.description()).contains(word)) {
      return 10;
    }
    return tools.stream().anyMatch(tool -> folded(tool.description()).contains(word)) ? 5 : 0;
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
