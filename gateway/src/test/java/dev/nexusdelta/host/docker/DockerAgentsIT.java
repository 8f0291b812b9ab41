package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Image;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From an agent's folder to a container that answers; needs the layout and the base image. */
@Tag("long")
@NeedsEngine
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class DockerAgentsIT {
  @TempDir Path root;
  private DockerFixture fixture;
  private DockerHost host;
  private EventLogbook book;
  private final Instant begun = Instant.now();
  private volatile Supplier<String> betweenPlanAndBuild = () -> "";

  @BeforeEach
  void open() {
    fixture = new DockerFixture(root);
    fixture.codeHash = (folder, manifest) -> betweenPlanAndBuild.get();
    host = fixture.newHost();
    book = new EventLogbook();
    get(host.open(book));
  }

  @AfterEach
  void removeWhatIsLeft() {
    try {
      get(host.close(true).otherwiseEmpty());
    } finally {
      fixture.close();
    }
  }

  @Test
  void aJavaFileIsCompiledBuiltAndServed() throws Exception {
    Path folder = fixture.folder("greeter");
    write(folder, "Hello");
    Release release = TestAgents.release("Greeter", "r1", java());
    get(host.prepare(release, folder));
    get(host.apply(release, 1, List.of()));
    ObservedReplica replica = book.awaitStarted(0, List.of());
    assertThat(Http.await(replica, "/tools")).contains("greet");

    List<String> made = imageIds("greeter");
    get(host.prepare(release, folder));
    assertThat(imageIds("greeter")).isEqualTo(made).hasSize(1);
  }

  @Test
  void anImageRemovedByHandIsMadeAgain() throws Exception {
    Path folder = fixture.folder("greeter");
    write(folder, "Hello");
    Release release = TestAgents.release("Greeter", "r1", java());
    get(host.prepare(release, folder));
    images("greeter").forEach(tag -> get(fixture.engine.removeImage(tag)));
    get(host.apply(release, 1, List.of()));
    ObservedReplica first = book.awaitStarted(0, List.of());
    assertThat(Http.await(first, "/tools")).contains("greet");
    get(host.apply(release, 0, List.of()));
    book.awaitGone(first.id());
    get(host.close(false));
    images("greeter").forEach(tag -> get(fixture.engine.removeImage(tag)));

    host = fixture.newHost();
    book = new EventLogbook();
    get(host.open(book));
    get(host.apply(release, 1, List.of()));
    ObservedReplica second = book.awaitStarted(0, List.of());
    assertThat(Http.await(second, "/tools")).contains("greet");
    assertThat(book.all()).noneMatch(HostEvent.BackingOff.class::isInstance);
  }

  @Test
  void keepsTheLastTwoImagesOfAnAgentAndThoseInUse() throws Exception {
    Path folder = fixture.folder("greeter");
    for (int i = 1; i <= 4; i++) {
      write(folder, "Hello" + i);
      Release release = TestAgents.release("Greeter", "r" + i, java());
      get(host.prepare(release, folder));
      if (i == 1) {
        get(host.apply(release, 1, List.of()));
        book.awaitStarted(0, List.of());
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (images("greeter").size() != 3) {
      assertThat(System.nanoTime()).as("%s", images("greeter")).isLessThan(end);
    }
  }

  /** As in a rollback: the image is there since long, younger ones were made since. */
  @Test
  void theImageOfWhatWasPreparedLastStays() throws Exception {
    Path folder = fixture.folder("greeter");
    write(folder, "Hello");
    get(host.prepare(TestAgents.release("Greeter", "r1", java()), folder));
    String old = images("greeter").get(0);
    for (int i = 1; i <= 3; i++) {
      younger("Greeter", i);
    }
    Release release = TestAgents.release("Greeter", "r2", java());
    get(host.prepare(release, folder));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (images("greeter").size() > 3) {
      assertThat(System.nanoTime()).as("%s", images("greeter")).isLessThan(end);
    }
    assertThat(images("greeter")).contains(old);
    get(host.apply(release, 1, List.of()));
    book.awaitStarted(0, List.of());
  }

  /** One tag, two images: whoever asks for the same release again gets what it got before. */
  @Test
  void aReleaseKeepsItsImageWhenTheTagMoves() throws Exception {
    String tag = fixture.namespace + "-theirs:latest";
    String first = theirs(tag, 1);
    Release release = theirs("r1", tag);
    Path folder = fixture.folder("theirs");
    get(host.prepare(release, folder));
    get(host.apply(release, 1, List.of()));
    ObservedReplica replica = book.awaitStarted(0, List.of());
    assertThat(imageOf(replica)).isEqualTo(first);
    String second = theirs(tag, 2);
    assertThat(second).isNotEqualTo(first);

    get(host.prepare(release, folder));
    get(host.replace(replica.id(), "test"));
    ObservedReplica again = book.awaitStarted(0, List.of(replica.id()));
    assertThat(imageOf(again)).isEqualTo(first);

    get(host.close(false));
    host = fixture.newHost();
    book = new EventLogbook();
    assertThat(get(host.open(book))).hasSize(1);
    get(host.apply(release, 2, List.of()));
    assertThat(imageOf(book.awaitStarted(0, List.of(again.id())))).isEqualTo(first);

    Release next = theirs("r2", tag);
    get(host.prepare(next, folder));
    get(host.apply(next, 1, List.of()));
    HostEvent.Changed newer =
        book.await(0, HostEvent.Changed.class, e -> e.replica().release().equals(next.id()));
    assertThat(imageOf(newer.replica())).isEqualTo(second);
    get(fixture.engine.image(first));
  }

  private static Release theirs(String id, String tag) {
    return TestAgents.release("Theirs", id, new Run.Image(tag, 8080));
  }

  /** Makes an image of a toy agent; its id. */
  private String theirs(String tag, int number) {
    fixture.build(
        tag, "FROM %s\nLABEL number=%d\n".formatted(fixture.toyImage(), number), Map.of());
    return get(fixture.engine.image(tag)).getId();
  }

  private String imageOf(ObservedReplica replica) {
    return get(fixture.engine.inspect(replica.containerId().orElseThrow())).getImageId();
  }

  @Test
  void whatNobodyNeedsGoesAtOpenAndWithItsAgent() throws Exception {
    Path folder = fixture.folder("greeter");
    Files.writeString(
        folder.resolve("Greeter.java"),
        Files.readString(written(folder)).replace("\"Hello, \" +", "java.rmi.Remote.class +"));
    Release release = TestAgents.release("Greeter", "r1", java());
    get(host.prepare(release, folder));
    assertThat(images("greeter")).hasSize(1);
    assertThat(widerBases()).hasSize(1);
    assertThat(
            get(fixture.engine.images(Map.of("nexus.image", "build"))).stream()
                .filter(image -> image.getCreated() >= begun.getEpochSecond()))
        .isEmpty();
    younger("Gone", 1);

    get(host.close(false));
    host = fixture.newHost();
    get(host.open(book));
    await("images of gone agents go", () -> images("gone").isEmpty());
    assertThat(images("greeter")).hasSize(1);
    assertThat(widerBases()).hasSize(1);

    host.forget(release.agent());
    await("they go with their agent", () -> images("greeter").isEmpty());
    await("their base goes too", () -> widerBases().isEmpty());
    assertThat(fixture.data.resolve("images").resolve("greeter")).doesNotExist();
    get(host.prepare(release, folder));
    assertThat(images("greeter")).hasSize(1);
    host.forget(release.agent());
    await("they go again", () -> images("greeter").isEmpty() && widerBases().isEmpty());
  }

  private static Path written(Path folder) throws IOException {
    write(folder, "Hello");
    return folder.resolve("Greeter.java");
  }

  /** Those with the module that no other test wants. */
  private List<Image> widerBases() {
    return get(fixture.engine.images(Map.of("nexus.image", "base"))).stream()
        .filter(image -> image.getLabels().getOrDefault("nexus.modules", "").contains("java.rmi"))
        .toList();
  }

  private static void await(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
    }
  }

  private void younger(String agent, int number) {
    fixture.build(
        "%s-agent-%s:%d".formatted(fixture.namespace, agent.toLowerCase(Locale.ROOT), number),
        "FROM %s\nLABEL nexus.image=agent nexus.agent=%s number=%d\n"
            .formatted(DockerFixture.BASE, agent, number),
        Map.of());
  }

  @Test
  void aBaseThatIsMissingIsMade() throws Exception {
    fixture.base = fixture.namespace + "-base:mine";
    host = anotherHost();
    Path folder = fixture.folder("greeter");
    write(folder, "Hello");
    get(host.prepare(TestAgents.release("Greeter", "r1", java()), folder));
    assertThat(get(fixture.engine.image(fixture.base)).getConfig().getLabels())
        .containsEntry("nexus.image", "base")
        .containsKey("nexus.runtime");
    assertThat(images("greeter")).hasSize(1);
  }

  @Test
  void aBaseThatCannotBeMadeSaysWhyAndWhatToDo() throws Exception {
    fixture.base = fixture.namespace + "-base";
    fixture.layout = root.resolve("layout");
    for (String name : List.of("agent", "docker")) {
      Files.createDirectories(fixture.layout.resolve(name));
      try (Stream<Path> files = Files.list(DockerFixture.layout().resolve(name))) {
        for (Path file : files.toList()) {
          Files.copy(file, fixture.layout.resolve(name).resolve(file.getFileName()));
        }
      }
    }
    Files.writeString(fixture.layout.resolve("docker/link-runtime"), "exit 3\n");
    host = anotherHost();
    Path folder = fixture.folder("greeter");
    write(folder, "Hello");
    assertThatThrownBy(() -> get(host.prepare(TestAgents.release("Greeter", "r1", java()), folder)))
        .hasMessageContaining("returned a non-zero code: 3")
        .hasMessageContaining("docker/local-bases");
  }

  private DockerHost anotherHost() {
    get(host.close(false));
    DockerHost another = fixture.newHost();
    get(another.open(book));
    return another;
  }

  @Test
  void codeThatDoesNotCompileSaysWhere() throws Exception {
    Path folder = fixture.folder("greeter");
    Files.writeString(folder.resolve("Greeter.java"), "public class Greeter { int x = \"\"; }");
    Release release = TestAgents.release("Greeter", "r1", java());
    assertThatThrownBy(() -> get(host.prepare(release, folder)))
        .isInstanceOf(BuildFailedException.class)
        .hasMessageContaining("Greeter.java:1");
  }

  /** The base of Java agents has no shell: its JVM stands in, and shows what it was given. */
  @Test
  void aFolderWithADockerfileIsBuiltAndItsCommandRunInIt() throws Exception {
    Path folder = fixture.folder("own");
    Files.writeString(
        folder.resolve("Dockerfile"),
        """
        FROM %s
        COPY --from=%s /nexus/java/ /
        COPY --from=%s /nexus/java/bin/java /bin/sh
        """
            .formatted(DockerFixture.BASE, DockerFixture.BASE, DockerFixture.BASE));
    Release release = TestAgents.release("Own", "r1", new Run.Command("toy ${PORT}"));
    get(host.prepare(release, folder));
    assertThat(images("own")).hasSize(1);
    get(host.apply(release, 1, List.of()));

    HostEvent.BackingOff waits = book.await(0, HostEvent.BackingOff.class, e -> true);
    assertThat(waits.last().lastLines()).anyMatch(line -> line.contains("-c"));
  }

  @Test
  void whatChangesOnItsWayGetsNoName() throws Exception {
    Path folder = fixture.folder("own");
    Path word = folder.resolve("word.txt");
    Files.writeString(
        folder.resolve("Dockerfile"), "FROM " + DockerFixture.BASE + "\nCOPY word.txt /w\n");
    Files.writeString(word, "first");
    betweenPlanAndBuild =
        () -> {
          try {
            Files.writeString(word, "other");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return "";
        };
    Release release = TestAgents.release("Own", "r1", new Run.Command("toy"));
    assertThatThrownBy(() -> get(host.prepare(release, folder)))
        .hasMessageContaining("changed while they were sent");
    assertThat(images("own")).isEmpty();

    betweenPlanAndBuild = () -> "";
    get(host.prepare(release, folder));
    assertThat(images("own")).hasSize(1);
  }

  @Test
  void aDockerfileThatFailsSaysAtWhichLine() throws Exception {
    Path folder = fixture.folder("own");
    Files.writeString(
        folder.resolve("Dockerfile"), "FROM " + DockerFixture.BASE + "\nCOPY missing /x\n");
    Release release = TestAgents.release("Own", "r1", new Run.Command("toy"));
    assertThatThrownBy(() -> get(host.prepare(release, folder)))
        .isInstanceOf(BuildFailedException.class)
        .hasMessageContaining("missing");
  }

  private static Run.Java java() {
    return new Run.Java("Greeter.java", List.of());
  }

  private static void write(Path folder, String word) throws IOException {
    Files.writeString(
        folder.resolve("Greeter.java"),
        """
        import dev.nexusdelta.agent.Agent;
        import dev.nexusdelta.agent.Param;
        import dev.nexusdelta.agent.Tool;

        @Agent(name = "Greeter", description = "Greets")
        public final class Greeter {
          @Tool(description = "Greets", readOnly = true)
          public String greet(@Param("whom") String whom) {
            return "%s, " + whom;
          }
        }
        """
            .formatted(word));
  }

  private List<String> imageIds(String agent) {
    return images(agent).stream()
        .map(tag -> fixture.engine.clients().calls().inspectImageCmd(tag).exec().getId())
        .toList();
  }

  private List<String> images(String agent) {
    return get(fixture.engine.images(Map.of("nexus.image", "agent"))).stream()
        .filter(image -> image.getRepoTags() != null)
        .flatMap(image -> Arrays.stream(image.getRepoTags()))
        .filter(tag -> tag.startsWith(fixture.namespace + "-agent-" + agent + ":"))
        .toList();
  }
}
