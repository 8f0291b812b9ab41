package dev.nexusdelta.sdk;

import java.util.List;

/**
 * An agent that may be called.
 *
 * @param state such as {@code healthy}, {@code starting}, {@code idle}, {@code stopped}
 * @param endpoint path of its {@code /execute}
 */
public record AgentSummary(String name, String description, String state, String endpoint) {
  static List<AgentSummary> all(JsonValue document) {
    return document.get("agents").items().stream()
        .map(
            agent ->
                new AgentSummary(
                    agent.get("name").text(),
                    agent.get("description").text(),
                    agent.get("state").text(),
                    agent.get("endpoint").text()))
        .toList();
  }
}
