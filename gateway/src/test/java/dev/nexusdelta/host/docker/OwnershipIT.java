package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One engine has one owner, whatever is copied, moved, unseen or tried at once. */
@NeedsEngine
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class OwnershipIT {
  private static final String LOST = "nexus-lost-host";

  @TempDir Path root;
  private final List<DockerHost> hosts = new ArrayList<>();
  private DockerFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new DockerFixture(root);
  }

  @AfterEach
  void removeWhatIsLeft() {
    try {
      hosts.forEach(host -> get(host.close(true).otherwiseEmpty()));
    } finally {
      fixture.close();
    }
  }

  private DockerHost host(Path data) {
    fixture.data = data;
    DockerHost host = fixture.newHost();
    hosts.add(host);
    return host;
  }

  private Path folder(String name, String id) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    Files.writeString(folder.resolve("host.id"), id);
    return folder;
  }

  private String volume() {
    return fixture.namespace + "-owner";
  }

  private Map<String, String> claimed() {
    return get(fixture.engine.volume(volume()));
  }

  /** What a gateway has left that had that data folder and is gone. */
  private Map<String, String> leave(Path data, Map<String, String> otherwise) throws IOException {
    Files.createDirectories(root.resolve("any"));
    Files.writeString(root.resolve("any/host.id"), "any");
    Map<String, String> labels =
        new HashMap<>(Claim.of(LOST, Files.createDirectories(root.resolve("any"))).labels());
    labels.put(Labels.DATA, data.toString());
    labels.putAll(otherwise);
    return get(fixture.engine.claimVolume(volume(), labels));
  }

  @Test
  void aCopyOfTheDataFolderIsNotTheOwner() throws IOException {
    Path first = folder("first", "one-id");
    get(host(first).open(event -> {}));
    Map<String, String> claim = claimed();
    DockerHost copy = host(folder("copy", "one-id"));

    assertThatThrownBy(() -> get(copy.open(event -> {})))
        .hasMessageContaining(first.toString())
        .hasMessageContaining("copy")
        .hasMessageContaining("moved")
        .hasMessageContaining("docker volume rm " + volume());
    get(copy.close(true).otherwiseEmpty());
    assertThat(claimed()).isEqualTo(claim);
  }

  @Test
  void theSamePathInAnotherTreeOfFilesIsNotTheOwner() throws IOException {
    Path data = folder("data", LOST);
    leave(data, Map.of(Labels.PLACE, "elsewhere", Labels.FOLDER, "another"));
    assertThatThrownBy(() -> get(host(data).open(event -> {}))).hasMessageContaining("copy");
  }

  @Test
  void theOwnerIsKnownAgainInANewContainerAndByAnEarlierClaim() throws IOException {
    Path data = folder("data", LOST);
    leave(data, Map.of(Labels.PLACE, "elsewhere", Labels.FOLDER, Claim.of(LOST, data).folder()));
    DockerHost again = host(data);
    get(again.open(event -> {}));
    get(again.close(true));
    get(fixture.engine.claimVolume(volume(), Map.of(Labels.HOST, LOST, Labels.DATA, "" + data)));
    get(host(data).open(event -> {}));
  }

  @Test
  void whatCannotBeSeenFromHereIsNotTakenForAbandoned() throws IOException {
    Map<String, String> claim = leave(root.resolve("gone"), Map.of(Labels.PLACE, "elsewhere"));
    DockerHost other = host(root.resolve("other"));
    assertThatThrownBy(() -> get(other.open(event -> {})))
        .hasMessageContaining(root.resolve("gone").toString())
        .hasMessageContaining("docker volume rm " + volume());
    get(other.close(true).otherwiseEmpty());
    assertThat(claimed()).isEqualTo(claim);
  }

  @Test
  void aLockThatIsHeldElsewhereOrNotByAnyoneDecides() throws Exception {
    Path gone = folder("gone", LOST);
    Files.createFile(gone.resolve("lock"));
    leave(gone, Map.of());
    Process holder =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX);"
                    + " print('held',flush=True); sys.stdin.read()",
                gone.resolve("lock").toString())
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      DockerHost early = host(root.resolve("early"));
      assertThatThrownBy(() -> get(early.open(event -> {}))).hasMessageContaining("one owner");
    } finally {
      holder.destroy();
      holder.waitFor();
    }
    get(host(root.resolve("late")).open(event -> {}));
    assertThat(claimed()).containsEntry(Labels.DATA, root.resolve("late").toString());
  }

  @Test
  void ourOwnLockIsNeverLost() throws Exception {
    Path data = folder("data", "new-id");
    leave(data, Map.of());
    try (FileChannel channel =
            FileChannel.open(
                data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock ours = channel.lock()) {
      get(host(data).open(event -> {}));
      assertThat(ours.isValid()).isTrue();
      Process other =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import fcntl,sys; fcntl.lockf(open(sys.argv[1],'r+'),fcntl.LOCK_EX|fcntl.LOCK_NB)",
                  data.resolve("lock").toString())
              .start();
      assertThat(other.waitFor()).as("another process gets the lock").isNotZero();
    }
  }

  @Test
  void whatTheMessageAdvisesAboutContainersWorks() throws Exception {
    leave(root.resolve("gone"), Map.of());
    try (TinyContainers engine = new TinyContainers(EngineCondition.address())) {
      engine.run("busybox sleep 1000", Map.of("nexus.host", LOST));
      String left = "docker rm -f $(docker ps -aq --filter label=nexus.host=" + LOST + ")";
      assertThatThrownBy(() -> get(host(root.resolve("other")).open(event -> {})))
          .hasMessageContaining(left + " and docker volume rm " + volume());
      Process typed =
          new ProcessBuilder("sh", "-c", left + " && docker volume rm " + volume()).start();
      assertThat(typed.waitFor()).isZero();
      get(host(root.resolve("next")).open(event -> {}));
    }
  }

  @Test
  void aVolumeOfSomebodyElseIsLeftAlone() {
    get(fixture.engine.claimVolume(volume(), Map.of("project", "theirs")));
    DockerHost host = host(root.resolve("data"));
    assertThatThrownBy(() -> get(host.open(event -> {})))
        .hasMessageContaining("was not made by a gateway")
        .hasMessageContaining("docker volume rm " + volume());
    get(host.close(true).otherwiseEmpty());
    assertThat(claimed()).containsOnlyKeys("project");
  }

  @Test
  void aNetworkOfSomebodyElseIsNeitherUsedNorRemoved() {
    Map<String, String> locked = Map.of("com.docker.network.bridge.enable_icc", "false");
    Map<String, String> ours = Map.of("nexus.network", "true");
    refusesNetwork(locked, Map.of("nexus.network", "maybe"), "label nexus.network=true");
    refusesNetwork(Map.of(), ours, "can talk to each other");
    get(fixture.engine.createBridge(fixture.namespace, locked, ours));
    DockerHost host = host(root.resolve("data"));
    get(host.open(event -> {}));
    get(host.close(true));
    assertThat(get(fixture.engine.networks(fixture.namespace))).isEmpty();
  }

  @Test
  void ofTwoNetworksOfOneNameOneIsKept() {
    for (int twin = 0; twin < 2; twin++) {
      fixture
          .engine
          .clients()
          .calls()
          .createNetworkCmd()
          .withName(fixture.namespace)
          .withDriver("bridge")
          .withCheckDuplicate(false)
          .withOptions(Map.of("com.docker.network.bridge.enable_icc", "false"))
          .withLabels(Map.of("nexus.network", "true"))
          .exec();
    }
    assertThat(get(fixture.engine.networks(fixture.namespace))).hasSize(2);
    DockerHost host = host(root.resolve("data"));
    get(host.open(event -> {}));
    assertThat(get(fixture.engine.networks(fixture.namespace))).hasSize(1);
    get(host.close(true));
    assertThat(get(fixture.engine.networks(fixture.namespace))).isEmpty();
  }

  private void refusesNetwork(
      Map<String, String> options, Map<String, String> labels, String reason) {
    get(fixture.engine.createBridge(fixture.namespace, options, labels));
    DockerHost host = host(root.resolve("data"));
    assertThatThrownBy(() -> get(host.open(event -> {})))
        .hasMessageContaining(reason)
        .hasMessageContaining("docker network rm " + fixture.namespace);
    get(host.close(true).otherwiseEmpty());
    if (!labels.containsValue("true")) {
      assertThat(get(fixture.engine.networks(fixture.namespace)).get(0).getLabels())
          .isEqualTo(labels);
      get(fixture.engine.removeNetwork(fixture.namespace));
    }
  }

  @Test
  void ofThoseWhoTakeOverAtOnceOneWins() throws IOException {
    for (int round = 0; round < 3; round++) {
      leave(root.resolve("gone"), Map.of());
      List<Future<?>> opening = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        opening.add(host(root.resolve("heir-" + round + "-" + i)).open(event -> {}));
      }
      get(Future.join(opening).otherwiseEmpty());
      assertThat(opening.stream().filter(Future::succeeded)).hasSize(1);
      hosts.forEach(host -> get(host.close(true).otherwiseEmpty()));
      hosts.clear();
    }
  }
}
