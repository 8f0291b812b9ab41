package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Types what the README shows of two gateways, with free ports in place of its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReadmeClusterIT {
  private static final Pattern CHAPTER = Pattern.compile("(?ms)^## Several gateways\n(.*?)^## ");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\n(.*?)^```");
  private static final Pattern LINE = Pattern.compile("(?m)^\\$ (.*?)(?: +#.*)?$");

  @Test
  void everyLineRunsAsWritten() throws Exception {
    String readme = Files.readString(Workspace.home().resolve("README.md"));
    String chapter = CHAPTER.matcher(readme).results().findFirst().orElseThrow().group(1);
    List<List<String>> blocks =
        BLOCK.matcher(chapter).results().map(block -> lines(block.group(1))).toList();
    assertThat(blocks).hasSize(2).allSatisfy(block -> assertThat(block).isNotEmpty());
    int member = Workspace.freePort();
    int second = Workspace.freePort();
    try (Workspace workspace = Workspace.open()) {
      workspace.env("NEXUS_CLUSTER_PORT", String.valueOf(member)).addSample("dataagent");
      try {
        for (List<String> block : blocks) {
          for (String line : block) {
            workspace.typeWell(
                line.replace("5701", String.valueOf(member))
                    .replace("8090", String.valueOf(second)));
          }
          assertThat(
                  Waiting.until(
                      () -> two(workspace), Duration.ofMinutes(1), Duration.ofMillis(100)))
              .isTrue();
        }
      } finally {
        workspace.type("./nexus down --data .nexus-2");
      }
    }
  }

  private static List<String> lines(String block) {
    return LINE.matcher(block).results().map(line -> line.group(1)).toList();
  }

  private static boolean two(Workspace workspace) {
    try {
      return GatewayTrio.gateways(workspace.admin("/cluster")).size() == 2;
    } catch (Exception e) {
      return false;
    }
  }
}
