package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LineJoinerTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00.000000001Z");

  private final LineJoiner joiner = new LineJoiner(true);

  @Test
  void takesTheLineEndOff() {
    assertThat(add("one\n")).contains(new ContainerLine(AT, true, "one"));
    assertThat(add("two\r\n")).contains(new ContainerLine(AT, true, "two"));
    assertThat(add("\n")).contains(new ContainerLine(AT, true, ""));
  }

  @Test
  void joinsPiecesUnderTheTimeOfTheFirst() {
    assertThat(add("be")).isEmpty();
    assertThat(joiner.add(entry(AT.plusSeconds(1), "gun\n")))
        .contains(new ContainerLine(AT, true, "begun"));
    assertThat(joiner.rest()).isEmpty();
  }

  @Test
  void joinsACharacterThatWasTornApart() {
    byte[] euro = "€\n".getBytes(StandardCharsets.UTF_8);
    joiner.add(new LogEntry(AT, true, Arrays.copyOf(euro, 2)));
    assertThat(joiner.add(new LogEntry(AT, true, Arrays.copyOfRange(euro, 2, 4))))
        .map(ContainerLine::text)
        .contains("€");
  }

  @Test
  void keepsALineOf64KiBWhole() {
    String most = "x".repeat(LineJoiner.LONGEST);
    assertThat(add(most + "\n")).map(ContainerLine::text).contains(most);
  }

  @Test
  void cutsWhatIsLongerAndSaysHowMuch() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(add("x".repeat(16 << 10))).isEmpty();
    }
    assertThat(add("end\n"))
        .map(ContainerLine::text)
        .contains(
            "x".repeat(LineJoiner.LONGEST)
                + " … (%d more bytes)".formatted((1_000 << 14) + 3 - LineJoiner.LONGEST));
    assertThat(add("next\n")).map(ContainerLine::text).contains("next");
  }

  @Test
  void cutsBetweenCharacters() {
    String line = "x".repeat(LineJoiner.LONGEST - 1) + "€€";
    assertThat(add(line + "\n"))
        .map(ContainerLine::text)
        .contains("x".repeat(LineJoiner.LONGEST - 1) + " … (5 more bytes)");
    String fits = "x".repeat(LineJoiner.LONGEST - 3) + "€";
    assertThat(add(fits + "y\n")).map(ContainerLine::text).contains(fits + " … (1 more bytes)");
  }

  @Test
  void givesTheRestOfAContainerThatEndedWithinALine() {
    add("unended");
    assertThat(joiner.rest()).contains(new ContainerLine(AT, true, "unended"));
    add("forgotten");
    joiner.reset();
    assertThat(joiner.rest()).isEmpty();
  }

  private Optional<ContainerLine> add(String text) {
    return joiner.add(entry(AT, text));
  }

  private static LogEntry entry(Instant at, String text) {
    return new LogEntry(at, true, text.getBytes(StandardCharsets.UTF_8));
  }
}
