package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Box;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsEngine
@Timeout(120)
final class EngineCheckupIT {
  private static final long MEMORY = 8L << 20;

  private final String mark =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final Map<String, String> ours = Map.of("nexus.agent", "A", "nexus.host", mark);

  private static Answers look() {
    EngineReport report =
        EngineCheckup.look(
            EngineCondition.address().toString(), "nexus-test-no-such-base:1", Instant.now());
    assertThat(report).isInstanceOf(Answers.class);
    return (Answers) report;
  }

  @Test
  void tellsWhatTheEngineKnows() throws IOException {
    try (TinyContainers engine = new TinyContainers(EngineCondition.address())) {
      engine.client().createNetworkCmd().withName(mark).withDriver("bridge").exec();
      try {
        HostConfig surroundings =
            HostConfig.newHostConfig()
                .withNetworkMode(mark)
                .withMemory(MEMORY)
                .withMemorySwap(MEMORY)
                .withPortBindings(
                    new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(80)));
        String id = engine.create("busybox sleep 100", ours, surroundings, ExposedPort.tcp(80));
        engine.client().startContainerCmd(id).exec();
        Answers answers = look();
        assertThat(answers.unknown()).isEmpty();
        assertThat(answers.version()).matches("[0-9]+\\..*");
        assertThat(answers.api()).matches("1\\.[0-9]+");
        assertThat(answers.memoryBytes()).isGreaterThan(1L << 28);
        assertThat(answers.root()).startsWith("/");
        assertThat(answers.base()).isEmpty();
        List<Box> boxes = answers.containers().stream().filter(box -> box.id().equals(id)).toList();
        assertThat(boxes).hasSize(1);
        assertThat(boxes.get(0).host()).isEqualTo(mark);
        assertThat(boxes.get(0).agent()).isEqualTo("A");
        assertThat(boxes.get(0).running()).isTrue();
        assertThat(boxes.get(0).memoryBytes()).isEqualTo(MEMORY);
        assertThat(boxes.get(0).published()).hasSize(1);
      } finally {
        engine.all().forEach(container -> engine.remove(container.getId()));
        engine.client().removeNetworkCmd(mark).exec();
      }
    }
  }

  @Test
  void tellsWhoWasKilledForWantOfMemory() throws IOException {
    try (TinyContainers engine = new TinyContainers(EngineCondition.address())) {
      String id = engine.create("x=1; while true; do x=$x$x; done", ours);
      String name = engine.client().inspectContainerCmd(id).exec().getName().replace("/", "");
      engine.client().updateContainerCmd(id).withMemory(MEMORY).withMemorySwap(MEMORY).exec();
      engine.client().startContainerCmd(id).exec();
      TinyContainers.until(
          "it was killed", () -> look().outOfMemory().contains(name), () -> look().outOfMemory());
    }
  }
}
