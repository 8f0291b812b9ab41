package dev.nexusdelta.scaling;

import java.time.Duration;

/** What holds the number of replicas as it is, and what would change it, in one sentence. Pure. */
public final class Outlook {
  private final DecisionEntry entry;
  private final ScalingInput input;
  private final ScalingSettings settings;
  private final int replicas;

  private Outlook(DecisionEntry entry) {
    this.entry = entry;
    this.input = entry.input();
    this.settings = entry.settings();
    this.replicas = entry.decision().replicas();
  }

  /** By the newest decision. */
  public static String of(DecisionEntry newest) {
    Outlook outlook = new Outlook(newest);
    return Figures.replicas(outlook.replicas) + ": " + outlook.why();
  }

  private String why() {
    if (entry.scales() || !input.load().known() || !entry.bound().isEmpty() || isHeld()) {
      String reason = entry.decision().reason();
      int figures = reason.indexOf(": ");
      return figures < 0 ? reason : reason.substring(figures + 2);
    }
    return replicas == 0 ? idle() : carries();
  }

  /** Whether it stays for another reason than that the load calls for as many. */
  private boolean isHeld() {
    return entry.decision().cause().equals("panic") || entry.decision().reason().contains("; held");
  }

  private String idle() {
    Duration quiet = Duration.ofSeconds(input.load().quiet().toSeconds());
    return "no call for " + Figures.of(quiet) + "; the next one starts one";
  }

  private String carries() {
    Demand demand = Demand.of(input.load().stable(), input, settings);
    double target = target(demand.rule());
    String unit = demand.rule().equals("rps") ? " calls/s" : " calls in flight";
    String now =
        Figures.of(demand.load() * target)
            + unit
            + " over "
            + Figures.of(settings.window())
            + ", "
            + Math.round(demand.load() / replicas * 100)
            + " % of "
            + Figures.of(target)
            + " each";
    return replicas >= settings.max()
        ? now + "; there may be no more (max " + settings.max() + ")"
        : now
            + "; would go to "
            + (replicas + 1)
            + " above "
            + Figures.of(Demand.HIGH * replicas * target)
            + unit;
  }

  private double target(String rule) {
    return rule.equals("rps")
        ? settings.targetRps().orElseThrow()
        : settings.targetConcurrency().orElse(settings.places());
  }
}
