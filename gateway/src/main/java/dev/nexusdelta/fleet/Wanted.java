package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.util.OptionalInt;

/** How many replicas an agent shall have. Pure. */
final class Wanted {
  private Wanted() {}

  /**
   * The count: by hand, else by load within the manifest's bounds, else its least, at least one.
   *
   * @param byLoad what the load calls for; empty = nobody has said yet
   */
  static int count(AgentSpec spec, OptionalInt byLoad) {
    if (spec.deleted() || !spec.enabled()) {
      return 0;
    }
    if (spec.manifest().run() instanceof Run.Url url) {
      return url.addresses().size();
    }
    if (spec.pinned().isPresent()) {
      return Math.max(0, spec.pinned().getAsInt());
    }
    int min = spec.manifest().scale().map(Manifest.Scale::min).orElse(1);
    int max = Math.max(min, spec.manifest().scale().map(Manifest.Scale::max).orElse(min));
    return byLoad.isPresent() ? Math.min(max, Math.max(min, byLoad.getAsInt())) : Math.max(1, min);
  }
}
