package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.AgentStatus;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.scaling.Outlook;
import dev.nexusdelta.scaling.ScalingRecord;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What rules the number of an agent's replicas, and how to have it otherwise. */
enum ScalingMode {
  /** The load, within the bounds of {@code scale}. */
  AUTO,
  /** A number that was set by hand. */
  PINNED,
  /** Nothing: the agent is stopped. */
  STOPPED,
  /** Its manifest: one, or as many as run elsewhere. */
  OFF;

  static ScalingMode of(AgentSpec spec) {
    if (elsewhere(spec.manifest())) {
      return OFF;
    }
    if (!spec.enabled()) {
      return STOPPED;
    }
    if (spec.pinned().isPresent()) {
      return PINNED;
    }
    return spec.manifest().scale().isPresent() ? AUTO : OFF;
  }

  private static boolean elsewhere(Manifest manifest) {
    return manifest.run().fold(java -> false, command -> false, image -> false, url -> true);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What holds the number as it is, in one sentence. */
  String summary(AgentSpec spec, Optional<AgentStatus> status, ScalingRecord story) {
    if (this == AUTO && !story.decisions().isEmpty()) {
      return Outlook.of(story.decisions().get(0));
    }
    int desired = status.map(AgentStatus::desired).orElse(0);
    return desired + (desired == 1 ? " replica: " : " replicas: ") + why(spec, story);
  }

  private String why(AgentSpec spec, ScalingRecord story) {
    return switch (this) {
      case PINNED -> "set by hand, whatever the load";
      case STOPPED -> "the agent is stopped";
      case OFF ->
          elsewhere(spec.manifest())
              ? "it runs elsewhere, and has as many as run.url has addresses"
              : "the agent has no scale, so its load changes nothing";
      case AUTO ->
          story.leads() ? "nothing was decided yet" : "another gateway decides, and none did here";
    };
  }

  /** What to do for the load to rule; null where it does. */
  @Nullable String hint(AgentSpec spec) {
    String name = spec.name().value();
    return switch (this) {
      case AUTO -> null;
      case PINNED ->
          spec.manifest().scale().isPresent()
              ? "nexus scale " + name + "=auto lets the load rule again"
              : "nexus scale " + name + "=auto, and --min 1 --max 5 --target-rps 50, say";
      case STOPPED -> "nexus start " + name;
      case OFF ->
          elsewhere(spec.manifest())
              ? "only what runs here can be scaled"
              : "nexus scale "
                  + name
                  + " --min 1 --max 5 --target-rps 50, or a scale in its agent.yaml";
    };
  }
}
