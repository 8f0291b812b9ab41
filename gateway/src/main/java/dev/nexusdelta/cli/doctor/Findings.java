package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was looked at and how it was found. Not thread-safe. */
public final class Findings {
  private final List<Finding> all = new ArrayList<>();

  private enum Verdict {
    OK,
    NOTE,
    WRONG
  }

  private record Finding(Verdict verdict, String subject, String text, String advice) {}

  /** Something is as it should be. */
  public void good(String subject, String text) {
    all.add(new Finding(Verdict.OK, subject, text, ""));
  }

  /** Something may surprise, but is no fault. */
  public void note(String subject, String text, String advice) {
    all.add(new Finding(Verdict.NOTE, subject, text, advice));
  }

  /** Something is wrong. */
  public void wrong(String subject, String text, String advice) {
    all.add(new Finding(Verdict.WRONG, subject, text, advice));
  }

  /** Whether nothing is wrong. */
  public boolean allWell() {
    return all.stream().noneMatch(finding -> finding.verdict() == Verdict.WRONG);
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Finding finding : all) {
      text.append(String.format("%-6s", label(finding.verdict())))
          .append(finding.subject())
          .append(": ")
          .append(finding.text().replace("\n", "\n      | "))
          .append('\n');
      if (!finding.advice().isEmpty()) {
        text.append("      try: ").append(finding.advice()).append('\n');
      }
    }
    return text.append(allWell() ? "nothing is wrong\n" : "something is wrong\n").toString();
  }

  /** For programs. */
  public JsonValue document() {
    List<JsonValue> rows = new ArrayList<>();
    for (Finding finding : all) {
      rows.add(
          JsonValue.object()
              .with("verdict", label(finding.verdict()))
              .with("subject", finding.subject())
              .with("text", finding.text())
              .with("advice", finding.advice()));
    }
    return JsonValue.object().with("ok", allWell()).with("findings", rows);
  }

  private static String label(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }
}
