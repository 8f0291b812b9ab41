package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.sdk.JsonValue;
import java.util.List;

/** The gateways of the cluster. */
public final class ClusterCheck {
  private ClusterCheck() {}

  /**
   * Tells who is there, who leads and who is away; nothing of a gateway that is alone.
   *
   * @param cluster as {@code GET /api/v1/cluster} answers
   */
  public static void judge(Findings findings, JsonValue cluster) {
    List<JsonValue> gateways = cluster.get("gateways").items();
    List<String> away = cluster.get("away").items().stream().map(JsonValue::text).toList();
    String trouble = cluster.get("trouble").text();
    int size = (int) cluster.get("size").integer(1);
    if (size <= 1 && gateways.size() <= 1 && trouble.isEmpty()) {
      return;
    }
    List<String> leaders =
        gateways.stream()
            .filter(it -> it.get("leader").truth(false))
            .map(it -> it.get("name").text())
            .toList();
    StringBuilder text = new StringBuilder();
    text.append(gateways.size()).append(" of ").append(size).append(" gateways are there");
    text.append(leaders.isEmpty() ? ", none leads" : ", " + leaders.get(0) + " leads");
    if (!away.isEmpty()) {
      text.append(", away: ").append(String.join(", ", away));
    }
    String back = away.isEmpty() ? "start the others" : "start " + String.join(", ", away);
    if (leaders.isEmpty()) {
      text.append("; no majority: nothing can be changed, and nothing is started elsewhere");
      findings.wrong("cluster", told(text, trouble), back);
    } else if (!trouble.isEmpty()) {
      findings.wrong("cluster", told(text, trouble), "see to that first");
    } else if (!away.isEmpty()) {
      String gone = "; one that is gone for good: nexus forget " + away.get(0);
      findings.note("cluster", text.toString(), back + gone);
    } else {
      findings.good("cluster", text.toString());
    }
  }

  private static String told(StringBuilder text, String trouble) {
    return trouble.isEmpty() ? text.toString() : text + "\n" + trouble;
  }
}
