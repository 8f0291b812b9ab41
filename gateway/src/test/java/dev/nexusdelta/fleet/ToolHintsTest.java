package dev.nexusdelta.fleet;

import static dev.nexusdelta.fleet.FleetHarness.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hint that a tool may be called twice is believed of the code it was said of only. */
@NullUnmarked // a null fails the test as well
class ToolHintsTest {
  private static final String UNSAFE = "[{\"name\": \"pay\"}]";
  private final FleetHarness test = new FleetHarness();

  @AfterEach
  void close() {
    test.close();
  }

  private static Manifest manifest(String command) {
    return Specs.manifest("Math", new Run.Command(command), Duration.ofSeconds(30));
  }

  private ToolInfo pay() {
    return test.view("Math").routable().get(0).tool("pay");
  }

  @Test
  void aNewManifestSaysNothingOfTheOldRelease() {
    test.open();
    test.host.behaviour("a").tools = UNSAFE;
    test.done("start", test.put(manifest("a")));
    test.until("Math", view -> !view.tools().isEmpty());
    test.host.behaviour("b").builds = false;
    test.failed("change", test.put(Specs.readOnly(manifest("b"), "pay")));
    assertThat(pay().readOnly()).isFalse();
    // and not in the next gateway's life either
    test.reopen();
    test.until("Math", view -> view.healthy() == 1);
    assertThat(pay().readOnly()).isFalse();
  }

  @Test
  void aNewManifestOfTheSameReleaseTakesEffect() {
    test.open();
    test.host.behaviour("a").tools = UNSAFE;
    test.done("start", test.put(manifest("a")));
    test.done("change", test.put(Specs.readOnly(manifest("a"), "pay")));
    assertThat(pay().readOnly()).isTrue();
  }

  @Test
  void aReleaseThatIsNotOnRecordGetsNoHints() {
    Manifest today = Specs.readOnly(manifest("a"), "pay");
    assertThat(Releases.adopted(new AgentName("Math"), "abc", today).manifest().tools()).isEmpty();
  }

  private void startElsewhere() {
    test.open();
    test.url.behaviour("url").tools = "[{\"name\": \"pay\", \"readOnly\": true}]";
    Run.Url run = new Run.Url(List.of(URI.create("http://127.0.0.1:1")));
    test.done("start", test.put(Specs.manifest("Math", run, Duration.ofSeconds(30))));
    test.until("Math", view -> pay() != null && pay().readOnly());
  }

  @Test
  void whatRunsElsewhereIsAskedAgainWhenItComesBack() {
    startElsewhere();
    FakeHost.Running replica = get(test.url.running()).get(0);
    replica.health = Optional.of(500);
    test.until("Math", view -> view.state() == AgentState.UNHEALTHY);
    test.url.behaviour("url").tools = UNSAFE;
    replica.health = Optional.empty();
    test.until("Math", view -> view.healthy() == 1 && pay() != null && !pay().readOnly());
  }

  @Test
  void whatRunsElsewhereIsUnsafeUntilItHasAnswered() {
    startElsewhere();
    test.url.behaviour("url").toolsStatus = 500;
    test.reopen();
    AgentView view = test.until("Math", now -> now.healthy() == 1);
    assertThat(pay()).isNull();
    assertThat(view.tools()).extracting(ToolInfo::name).containsExactly("pay");
  }
}
