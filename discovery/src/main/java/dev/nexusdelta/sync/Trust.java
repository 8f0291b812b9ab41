package dev.nexusdelta.sync;

/** What is taken over from the outside registry. */
public enum Trust {
  /** Description, category, model, capabilities, {@code scale}, {@code limits}, enabled. */
  CARD,
  /** All of it, new agents and deletions too. */
  FULL
}
