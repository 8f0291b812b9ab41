package dev.nexusdelta.health;

import java.util.Locale;

/** How far a replica may be trusted with calls. */
public enum Phase {
  /** Not ready yet: takes no calls. */
  STARTING,
  /** Takes calls. */
  HEALTHY,
  /** Failed once: last choice. */
  SUSPECT,
  /** Failed again, or an outlier: out, until its time has passed and it has answered well twice. */
  EJECTED,
  /** Takes no new calls and will end; never left again. */
  DRAINING;

  /** As the admin API shows it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
