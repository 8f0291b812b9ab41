package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.RemoteReplicas.RemoteReplica;
import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas of other gateways in the view of this one. */
@NullUnmarked // a null fails the test as well
class ElsewhereTest {
  private static final ToolInfo SUM = new ToolInfo("sum", "Sums", "", "", true, false, false);

  private final FleetHarness test = new FleetHarness();

  @AfterEach
  void close() {
    test.close();
  }

  private static RemoteReplica remote(String id, String gateway, String url, ToolInfo... tools) {
    return new RemoteReplica(
        new ReplicaRecord(
            id,
            new AgentName("Math"),
            "1.0.0",
            "r9",
            gateway,
            "process",
            "127.0.0.1",
            8081,
            "healthy",
            Instant.EPOCH,
            1,
            List.of(tools),
            OptionalLong.of(4711),
            Optional.of("c0ffee")),
        url);
  }

  /** An agent of which this gateway runs nothing. */
  private void idle() {
    test.open();
    AgentSpec spec = test.put("Math", "a");
    test.done("scale", test.edit("Math", was -> Specs.pinned(was, 0)));
    assertThat(spec.enabled()).isTrue();
  }

  @Test
  void servesAnAgentThatRunsElsewhereOnly() {
    idle();
    AgentView none = test.until("Math", view -> view.state() == AgentState.IDLE);
    assertThat(none.unavailable()).isPresent();
    assertThat(none.isServed()).isFalse();

    test.fleet.elsewhere(List.of(remote("math-1-b", "gw-b", "http://10.0.0.2:8080", SUM)));

    AgentView view = test.until("Math", AgentView::isServed);
    assertThat(view.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(view.routable()).isEmpty();
    assertThat(view.unavailable()).isEmpty();
    assertThat(view.tools()).extracting(ToolInfo::name).containsExactly("sum");
    Replica replica = view.elsewhere().get(0);
    assertThat(replica.gateway()).isEqualTo("gw-b");
    assertThat(replica.address().host()).isEqualTo("10.0.0.2");
    assertThat(replica.address().port()).isEqualTo(8080);
    assertThat(replica.tool("sum").readOnly()).isTrue();
    AgentStatus status = test.status("Math");
    assertThat(status.replicas()).isEmpty();
    assertThat(status.everywhere())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.gateway()).isEqualTo("gw-b");
              assertThat(each.id()).isEqualTo("math-1-b");
              assertThat(each.address()).isEqualTo("127.0.0.1:8081");
              assertThat(each.pid()).hasValue(4711);
              assertThat(each.containerId()).contains("c0ffee");
            });
  }

  @Test
  void countsItsCallsForAsLongAsItIsTheSame() {
    idle();
    RemoteReplica first = remote("math-1-b", "gw-b", "http://10.0.0.2:8080");
    test.fleet.elsewhere(List.of(first));
    Replica replica = test.until("Math", AgentView::isServed).elsewhere().get(0);
    Lease lease = replica.tryLease();
    assertThat(lease).isNotNull();
    assertThat(test.status("Math").everywhere().get(0).inFlight()).isEqualTo(1);

    RemoteReplica told = remote("math-1-b", "gw-b", "http://10.0.0.2:8080", SUM);
    RemoteReplica second = remote("math-2-b", "gw-b", "http://10.0.0.2:8080", SUM);
    test.fleet.elsewhere(List.of(told, second));
    AgentView two = test.until("Math", view -> view.elsewhere().size() == 2);
    assertThat(two.elsewhere().get(0)).isSameAs(replica);
    assertThat(replica.tool("sum")).isNotNull();

    RemoteReplica moved = remote("math-1-b", "gw-b", "http://10.0.0.3:8080", SUM);
    test.fleet.elsewhere(List.of(moved));
    AgentView other = test.until("Math", view -> view.elsewhere().size() == 1);
    assertThat(other.elsewhere().get(0)).isNotSameAs(replica);
    assertThat(other.elsewhere().get(0).inFlight()).isZero();

    test.fleet.elsewhere(List.of());
    assertThat(test.until("Math", view -> !view.isServed()).state()).isEqualTo(AgentState.IDLE);
  }

  @Test
  void keepsToWhatTheOperatorWants() {
    idle();
    test.fleet.elsewhere(List.of(remote("math-1-b", "gw-b", "http://10.0.0.2:8080")));
    test.until("Math", AgentView::isServed);
    test.done("stop", test.edit("Math", was -> Specs.enabled(was, false)));
    AgentView stopped = test.until("Math", view -> view.state() == AgentState.STOPPED);
    assertThat(stopped.elsewhere()).isEmpty();
    assertThat(stopped.unavailable()).isPresent();
    test.done("start", test.edit("Math", was -> Specs.enabled(was, true)));
    assertThat(test.until("Math", AgentView::isServed).elsewhere()).hasSize(1);
  }

  @Test
  void leavesOutWhatCannotBeCalledAndWhatNobodyKnows() {
    idle();
    test.fleet.elsewhere(
        List.of(
            remote("math-1-b", "gw-b", "https://10.0.0.2:8443"),
            remote("math-1-c", "gw-c", "nonsense"),
            remote("math-1-d", "gw-d", "http://[::1]:8080")));
    AgentView view = test.until("Math", AgentView::isServed);
    assertThat(view.elsewhere()).extracting(Replica::id).containsExactly("math-1-d");
    assertThat(view.elsewhere().get(0).address().host()).isEqualTo("::1");
    assertThat(test.fleet.view().names()).containsExactly("math");
  }

  @Test
  void prefersItsOwnState() {
    test.open();
    test.done("start", test.put("Math", "a"));
    test.fleet.elsewhere(List.of(remote("math-1-b", "gw-b", "http://10.0.0.2:8080", SUM)));
    AgentView view = test.until("Math", each -> !each.elsewhere().isEmpty());
    assertThat(view.state()).isEqualTo(AgentState.HEALTHY);
    assertThat(view.routable()).hasSize(1);
    assertThat(view.routable().get(0).gateway()).isNull();
    assertThat(test.status("Math").replicas()).hasSize(1);
    assertThat(test.status("Math").ready()).isEqualTo(1);
    assertThat(test.status("Math").everywhere())
        .extracting(AgentStatus.ReplicaStatus::gateway)
        .containsExactly("gw", "gw-b");

    // A gateway of the same data folder has listed the very replica that this one has adopted.
    String own = view.routable().get(0).id();
    test.fleet.elsewhere(List.of(remote(own, "gw", "http://127.0.0.1:8080")));
    assertThat(test.until("Math", each -> each.elsewhere().isEmpty()).routable()).hasSize(1);
  }

  @Test
  void tellsOthersWhatItsOwnReplicasAreAndCan() {
    test.host.behaviour("a").tools = "[{\"name\": \"pay\", \"idempotent\": true}]";
    test.open();
    test.done("start", test.put("Math", "a"));
    test.until("Math", view -> !view.tools().isEmpty());
    assertThat(test.directory.published.values())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.ordinal()).isEqualTo(1);
              assertThat(each.pid()).isEqualTo(test.status("Math").replicas().get(0).pid());
              assertThat(each.pid()).isPresent();
              assertThat(each.tools()).singleElement().matches(ToolInfo::idempotent);
            });
  }
}
