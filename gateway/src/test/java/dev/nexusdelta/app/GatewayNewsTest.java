package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.host.ReplicaHost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GatewayNewsTest {
  private final List<String> told = new ArrayList<>();
  private final GatewayNews news = new GatewayNews(new Told());
  private List<String> members = List.of("a", "b", "c");
  private String leader = "a";

  /** Takes what is told. */
  private final class Told implements EventLog {
    @Override
    public void add(
        String type, Optional<String> agent, Optional<String> replica, String by, String reason) {
      told.add(type + " " + by + " " + reason);
    }

    @Override
    public void heard(String gateway, FleetEvent event) {}

    @Override
    public Optional<List<FleetEvent>> since(long id) {
      return Optional.empty();
    }

    @Override
    public List<FleetEvent> recent() {
      return List.of();
    }

    @Override
    public ReplicaHost.Closeable subscribe(Consumer<FleetEvent> listener) {
      return () -> {};
    }
  }

  /** Looks twice, as the same is seen again and again, and returns what was told. */
  private List<String> look(String self, String... present) {
    told.clear();
    Map<String, String> there = new LinkedHashMap<>();
    for (String id : present) {
      there.put(id, "gw-" + id);
    }
    GatewayNews.Sight now =
        new GatewayNews.Sight(
            self,
            there,
            members,
            Optional.of(leader).filter(id -> !id.isEmpty()),
            "gw-" + leader,
            members.size());
    news.look(now);
    news.look(now);
    return List.copyOf(told);
  }

  @Test
  void oneThatIsLostIsToldOnceAndAgainWhenItReturns() {
    assertThat(look("a", "a", "b", "c")).hasSize(2);
    assertThat(look("a", "a", "c"))
        .containsExactly(
            "gateway.lost cluster gw-b has left, or cannot be reached: 2 of 3 gateways are there");
    assertThat(look("a", "a", "c", "b"))
        .containsExactly("gateway.returned cluster gw-b is there again: 3 of 3 gateways are there");
  }

  @Test
  void whoWasThereBeforeThisOneIsNoNewsAndWhoComesLaterIs() {
    assertThat(look("b")).isEmpty();
    assertThat(look("b", "a", "b")).isEmpty();
    assertThat(look("b", "a", "b", "c"))
        .containsExactly("gateway.joined cluster gw-c has joined: 3 of 3 gateways are there");
  }

  @Test
  void oneThatWasForgottenJoinsAnew() {
    look("a", "a", "b", "c");
    look("a", "a", "b");
    members = List.of("a", "b");
    assertThat(look("a", "a", "b")).isEmpty();
    assertThat(look("a", "a", "b", "c"))
        .containsExactly("gateway.joined cluster gw-c has joined: 3 of 3 gateways are there");
  }

  @Test
  void anotherLeaderIsToldAndThatNoneIsThereForAMomentIsNot() {
    look("a", "a", "b", "c");
    leader = "";
    assertThat(look("a", "a", "b", "c")).isEmpty();
    leader = "b";
    assertThat(look("a", "a", "b", "c")).containsExactly("gateway.leads cluster gw-b leads now");
  }
}
