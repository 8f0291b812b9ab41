package dev.nexusdelta.loadtest;

import java.util.Iterator;
import java.util.function.Supplier;

/**
 * A tool and what its callers ask.
 *
 * @param label in reports; empty = agent and tool
 * @param status that they want
 * @param payloads without end; every run gets the same ones
 */
record Tool(
    String label, String agent, String name, int status, Supplier<Iterator<Payload>> payloads) {
  /**
   * One question.
   *
   * @param parameters JSON
   * @param expected stands in every good answer, blanks left out
   */
  record Payload(String parameters, String expected) {}

  Tool {
    label = label.isEmpty() ? agent.toLowerCase(java.util.Locale.ROOT) + " " + name : label;
  }

  static Tool of(String agent, String name, Supplier<Iterator<Payload>> payloads) {
    return new Tool("", agent, name, 200, payloads);
  }
}
