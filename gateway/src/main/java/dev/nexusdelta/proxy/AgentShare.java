package dev.nexusdelta.proxy;

/** What all event loops share of one agent. Thread-safe. */
record AgentShare(RetryBudget budget, ToolPlaces tools) {
  /** Of an agent that nobody has called yet. */
  AgentShare() {
    this(new RetryBudget(), new ToolPlaces());
  }
}
