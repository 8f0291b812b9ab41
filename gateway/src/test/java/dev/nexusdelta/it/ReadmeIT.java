package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Types the README's {@code bash} blocks from top to bottom, with the gateway's port replaced by a
 * free one. What is shown as {@code console} is run elsewhere: {@code ./nexus up} in the foreground
 * by {@code CliIT}, {@code mvn verify} by the build that runs this test.
 */
class ReadmeIT {
  /** A command that wants a person. */
  private static final String ASKS = "nexus secret set";

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```bash\n(.*?)^```");

  @Test
  void everyBlockRunsAsWritten() throws Exception {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Workspace.home().resolve("README.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks)
        .anyMatch(block -> block.contains("nexus list"))
        .anyMatch(block -> block.contains(ASKS))
        .anyMatch(block -> block.contains("nexus register"))
        .anyMatch(block -> block.contains("nexus keys create"));
    try (Workspace workspace = Workspace.open()) {
      for (String agent :
          List.of("dataagent", "textagent", "imageagent", "codeagent", "mathagent")) {
        workspace.addSample(agent);
      }
      // The README starts in the foreground, which a script cannot.
      workspace.typeWell("./nexus up -d");
      // The tour twice: what a newcomer has tried once can be tried again.
      List<String> tourTwice = new ArrayList<>(blocks);
      tourTwice.add(2, blocks.get(1));
      for (String block : tourTwice) {
        String typed = block.replace("http://localhost:8080", workspace.url());
        if (block.contains(ASKS)) {
          assertThat(workspace.typeAtTerminal(typed, "OPENAI_API_KEY: ", "not-to-be-seen"))
              .contains("myagent")
              .doesNotContain("not-to-be-seen");
        } else {
          workspace.typeWell(typed);
        }
      }
    }
  }
}
