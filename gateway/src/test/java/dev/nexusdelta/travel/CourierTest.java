package dev.nexusdelta.travel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CourierTest {
  private static final Manifest MANIFEST =
      ManifestReader.read("name: Echo\nrun: {command: ./run.sh}\n")
          .fold(
              manifest -> manifest,
              faults -> {
                throw new AssertionError(faults);
              });
  private static final AgentName ECHO = MANIFEST.name();

  @TempDir private Path root;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Courier> gateways = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private CodePlaces places(String gateway) {
    Path home = root.resolve(gateway);
    return new CodePlaces(new AgentFolders(home.resolve("agents")), home.resolve("data"));
  }

  private Courier courier(String gateway, String... others) {
    Courier courier =
        new Courier(
            vertx,
            places(gateway),
            name -> Optional.of(MANIFEST),
            () -> List.of(others),
            (to, question) -> {
              asked.add(to);
              Courier there = gateways.get(to);
              return there == null ? Future.failedFuture(to + " is away") : there.answer(question);
            });
    gateways.put(gateway, courier);
    return courier;
  }

  private String write(String gateway, byte[] content) throws IOException {
    Path folder = Files.createDirectories(root.resolve(gateway).resolve("agents/echo"));
    Files.write(folder.resolve("run.sh"), content);
    return AgentFolders.codeHash(folder, MANIFEST);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void bringsCodeInPartsFromWhoeverHasIt() throws Exception {
    byte[] content = new byte[700_000];
    new Random(1).nextBytes(content);
    String hash = write("c", content);
    write("b", new byte[] {1});
    courier("b");
    courier("c");
    Courier a = courier("a", "away", "b", "c");
    CodePlaces here = places("a");
    assertThat(here.find(MANIFEST, hash)).isEmpty();
    Path place = here.take(MANIFEST, hash, get(a.fetch(ECHO, hash)));
    assertThat(place.resolve("run.sh")).hasBinaryContent(content);
    assertThat(here.find(MANIFEST, hash)).contains(place);
    assertThat(asked).startsWith("away", "b", "c", "c").hasSize(5);
    // Whom it has come to gives it on.
    gateways.remove("c");
    assertThat(get(courier("d", "a").fetch(ECHO, hash))).isNotEmpty();
  }

  @Test
  void saysWhyNobodyGivesIt() throws Exception {
    String hash = write("b", new byte[17 << 20]);
    courier("b");
    assertThatThrownBy(() -> get(courier("a", "b").fetch(ECHO, hash)))
        .hasMessageContaining("agent 'Echo' is neither here nor on another gateway")
        .hasMessageContaining("more than 16 MiB");
    assertThatThrownBy(() -> get(courier("a", "b").fetch(ECHO, "00")))
        .hasMessageContaining("has none of it");
    assertThatThrownBy(() -> get(courier("a").fetch(ECHO, hash)))
        .hasMessageContaining("put its folder into agents/ here");
  }

  @Test
  void keepsNothingThatIsNotWhatWasAskedFor() throws Exception {
    String hash = write("b", new byte[] {1});
    courier("b");
    byte[] parcel = get(courier("a", "b").fetch(ECHO, hash));
    assertThatThrownBy(() -> places("a").take(MANIFEST, "00", parcel))
        .hasMessageContaining("other code of agent 'Echo'");
    try (Stream<Path> left = Files.list(root.resolve("a/data/code/echo"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void keepsTheLastFive() throws Exception {
    CodePlaces here = places("a");
    courier("b");
    for (int i = 0; i < 7; i++) {
      String hash = write("b", new byte[] {(byte) i});
      Path place = here.take(MANIFEST, hash, get(courier("a", "b").fetch(ECHO, hash)));
      Files.setLastModifiedTime(place, java.nio.file.attribute.FileTime.fromMillis(i * 1000L));
    }
    try (Stream<Path> left = Files.list(root.resolve("a/data/code/echo"))) {
      assertThat(left).hasSize(5);
    }
    here.forget(ECHO);
    assertThat(root.resolve("a/data/code/echo")).doesNotExist();
  }
}
