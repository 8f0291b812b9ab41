package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("DataAgent", "TextAgent", "MathAgent", "description", "port");

  @Test
  void findsWhatWasMeant() {
    assertThat(Nearest.of("dataagnet", KNOWN)).contains("DataAgent");
    assertThat(Nearest.of("prot", KNOWN)).contains("port");
    assertThat(Nearest.of("desc", KNOWN)).contains("description");
    assertThat(Nearest.of("agent", KNOWN)).isEmpty();
    assertThat(Nearest.of("zzz", KNOWN)).isEmpty();
    assertThat(Nearest.of("", KNOWN)).isEmpty();
    assertThat(Nearest.of("x".repeat(100_000), KNOWN)).isEmpty();
  }

  @Test
  void ordersByDistanceThenAlphabet() {
    assertThat(Nearest.of("TaxtAgent", KNOWN, 2)).first().isEqualTo("TextAgent");
    assertThat(Nearest.of("bb", List.of("bc", "ba", "bbb"), 2)).containsExactly("ba", "bbb");
  }

  @Test
  void comparesNoMoreThanItHasTimeFor() {
    AtomicInteger read = new AtomicInteger();
    List<String> many =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            read.incrementAndGet();
            return String.format(Locale.ROOT, "agent-%06d", index);
          }

          @Override
          public int size() {
            return 100_000;
          }
        };
    assertThat(Nearest.of("agent-00001x", many, 3)).hasSize(3).first().isEqualTo("agent-000010");
    assertThat(read.get()).isLessThan(2000);
  }

  @Test
  void readsAndWritesDurationsAndSizes() {
    assertThat(DurationText.parse("1h30m")).contains(Duration.ofMinutes(90));
    assertThat(DurationText.parse("1.5s")).contains(Duration.ofMillis(1500));
    assertThat(DurationText.parse("999999999999d")).isEmpty();
    assertThat(DurationText.parse("1 s")).isEmpty();
    assertThat(DurationText.parse("-1s")).isEmpty();
    assertThat(DurationText.format(Duration.ofMinutes(5))).isEqualTo("300s");
    assertThat(SizeText.parse("1.5GiB")).contains(3L << 29);
    assertThat(SizeText.parse("4Mi")).contains(4L << 20);
    assertThat(SizeText.parse("100MB")).contains(100_000_000L);
    assertThat(SizeText.parse("999999999999999999TiB")).isEmpty();
    assertThat(SizeText.parse("1m")).isEmpty();
    assertThat(SizeText.format(1536)).isEqualTo("1536B");
    assertThat(SizeText.format(256L << 20)).isEqualTo("256MiB");
    assertThat(SizeText.format(0)).isEqualTo("0B");
  }
}
