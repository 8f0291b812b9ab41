package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A gateway that is to join where no other one is. */
class UpJoinIT {
  @Test
  void saysThatNobodyAnswersAndGoesOnLooking() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      int nobody = Workspace.freePort();
      workspace
          .env("NEXUS_CLUSTER_PORT", String.valueOf(Workspace.freePort()))
          .addSample("dataagent");
      Workspace.Typed up =
          workspace.type("./nexus up -d --data .nexus-2 --join 127.0.0.1:" + nobody);
      assertThat(up.code()).as(up.err()).isEqualTo(9);
      assertThat(up.err())
          .contains("no gateway runs on .nexus-2: starting one in the background")
          .contains("error: no other gateway answers at 127.0.0.1:" + nobody)
          .contains("goes on looking")
          .contains("to end this one: nexus down --data .nexus-2")
          .doesNotContain("there are no agents yet");
      Workspace.Typed down = workspace.typeWell("./nexus down --data .nexus-2");
      assertThat(down.out()).contains("has ended");
      assertThat(workspace.processes()).isEmpty();
    }
  }
}
