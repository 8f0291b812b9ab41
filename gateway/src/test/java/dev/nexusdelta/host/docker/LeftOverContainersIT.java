package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.docker.LeftOverContainers.Left;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@NeedsEngine
@Timeout(120)
final class LeftOverContainersIT {
  private static final String OBEDIENT =
      "trap 'exit 0' TERM; while true; do busybox sleep 0.1; done";

  private final String mark =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final Map<String, String> ours = Map.of("nexus.agent", "A", "nexus.host", mark);
  private final Claim owner = new Claim(mark, "/data", "place", "folder");
  private TinyContainers engine;
  private LeftOverContainers left;

  @BeforeEach
  void begin() throws IOException {
    engine = new TinyContainers(EngineCondition.address());
    left = new LeftOverContainers(EngineCondition.address().toString(), owner, mark);
    engine
        .client()
        .createNetworkCmd()
        .withName(mark)
        .withLabels(Map.of("nexus.network", "true"))
        .exec();
  }

  @AfterEach
  void end() {
    left.close();
    engine.all().forEach(container -> engine.remove(container.getId()));
    TinyContainers.removeNetworks(engine.client(), mark);
    quietly(() -> engine.client().removeVolumeCmd(mark + "-owner").exec());
    engine.close();
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (NotFoundException gone) {
      assertThat(gone).isNotNull();
    }
  }

  private void claim(Claim claim) {
    engine.client().createVolumeCmd().withName(mark + "-owner").withLabels(claim.labels()).exec();
  }

  private String onOurNetwork(Map<String, String> labels) {
    String id = engine.create(OBEDIENT, labels, HostConfig.newHostConfig().withNetworkMode(mark));
    engine.client().startContainerCmd(id).exec();
    return id;
  }

  @Test
  void nothingOfTheHostIsLeftAndNothingElseIsTouched() {
    claim(owner);
    String obedient = onOurNetwork(ours);
    String deaf = engine.run("trap '' TERM; while true; do busybox sleep 0.1; done", ours);
    String ended = engine.run("exit 3", ours);
    String stranger = engine.run(OBEDIENT, Map.of("nexus.agent", "A", "nexus.host", "other"));
    String foreign = engine.run(OBEDIENT, Map.of("nexus.agent", "A"));

    List<Left> found = left.find();
    assertThat(found).extracting(Left::id).containsExactlyInAnyOrder(obedient, deaf, ended);
    assertThat(left.sweep()).as("while containers are left").isEmpty();
    assertThat(left.end(found, false)).isEmpty();
    assertThat(left.find()).isEmpty();
    assertThat(engine.all())
        .extracting(Container::getId)
        .containsExactlyInAnyOrder(stranger, foreign);
    assertThat(left.sweep()).containsExactly("volume " + mark + "-owner", "network " + mark);
    assertThat(left.sweep()).isEmpty();
    assertThat(left.end(found, false)).as("those that are gone already").isEmpty();
  }

  @Test
  void leavesClaimAndNetworkOfAnother() {
    claim(new Claim("other", "/data", "place", "folder"));
    assertThat(left.end(left.find(), true)).isEmpty();
    assertThat(left.sweep()).isEmpty();
    assertThat(engine.client().inspectNetworkCmd().withNetworkId(mark).exec()).isNotNull();
  }

  @Test
  void aCopyOfTheDataFolderEndsNothing() {
    claim(new Claim(mark, "/original", "place", "another"));
    String original = engine.run(OBEDIENT, ours);
    assertThatThrownBy(left::find)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/original")
        .hasMessageContaining("docker volume rm " + mark + "-owner");
    assertThat(engine.all()).extracting(Container::getId).containsExactly(original);
    engine.remove(original);
    assertThat(left.sweep()).isEmpty();
  }

  @Test
  void leavesAVolumeThatIsNoClaim() {
    engine.client().createVolumeCmd().withName(mark + "-owner").exec();
    assertThat(left.find()).isEmpty();
    assertThat(left.sweep()).isEmpty();
    assertThat(engine.client().inspectVolumeCmd(mark + "-owner").exec()).isNotNull();
  }

  @Test
  void leavesANetworkOnWhichSomebodyIs() {
    claim(owner);
    String foreign = onOurNetwork(Map.of());
    assertThat(left.sweep()).containsExactly("volume " + mark + "-owner");
    engine.remove(foreign);
    assertThat(left.sweep()).containsExactly("network " + mark);
  }

  @Test
  void ofTwoNetworksOfOneNameNoneIsLeft() {
    engine
        .client()
        .createNetworkCmd()
        .withName(mark)
        .withCheckDuplicate(false)
        .withLabels(Map.of("nexus.network", "true"))
        .exec();
    assertThat(left.sweep()).containsExactly("network " + mark, "network " + mark);
    assertThat(left.sweep()).isEmpty();
  }

  @Test
  void saysThatNobodyAnswers(@TempDir Path folder) throws IOException {
    try (SilentEngine silent = new SilentEngine(folder, true);
        LeftOverContainers nobody =
            new LeftOverContainers(silent.address().toString(), owner, mark)) {
      assertThatThrownBy(nobody::find)
          .isInstanceOf(HostAwayException.class)
          .hasMessageContaining("has not answered within 5000 ms");
    }
  }
}
