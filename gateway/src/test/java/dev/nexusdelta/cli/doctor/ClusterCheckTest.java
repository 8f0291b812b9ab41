package dev.nexusdelta.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterCheckTest {
  private static String judged(String leader, String away, int size, String trouble) {
    List<JsonValue> gateways = new ArrayList<>();
    for (String name : List.of("gw-1", "gw-2")) {
      gateways.add(JsonValue.object().with("name", name).with("leader", name.equals(leader)));
    }
    JsonValue cluster =
        JsonValue.object()
            .with("gateways", gateways)
            .with("away", away.isEmpty() ? List.of() : List.of(away))
            .with("size", size);
    Findings findings = new Findings();
    ClusterCheck.judge(findings, trouble.isEmpty() ? cluster : cluster.with("trouble", trouble));
    return findings.text();
  }

  @Test
  void tellsWhoIsThereAndLeads() {
    assertThat(judged("gw-2", "", 2, ""))
        .isEqualTo("ok    cluster: 2 of 2 gateways are there, gw-2 leads\nnothing is wrong\n");
  }

  @Test
  void tellsWhoIsAway() {
    assertThat(judged("gw-1", "gw-3", 3, ""))
        .contains("note  cluster: 2 of 3 gateways are there, gw-1 leads, away: gw-3\n")
        .contains("try: start gw-3; one that is gone for good: nexus forget gw-3")
        .endsWith("nothing is wrong\n");
  }

  @Test
  void aMissingMajorityIsWrong() {
    assertThat(judged("", "gw-3", 4, "2 of the 4 gateways are there, 3 are needed to write"))
        .contains("wrong cluster: 2 of 4 gateways are there, none leads, away: gw-3; no majority")
        .contains("3 are needed to write")
        .endsWith("something is wrong\n");
  }

  @Test
  void aGatewayThatIsAloneIsNoCluster() {
    Findings findings = new Findings();
    JsonValue self = JsonValue.object().with("name", "gw").with("leader", true);
    ClusterCheck.judge(
        findings,
        JsonValue.object().with("gateways", List.of(self)).with("away", List.of()).with("size", 1));
    assertThat(findings.text()).isEqualTo("nothing is wrong\n");
  }
}
