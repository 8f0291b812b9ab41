package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.docker.Bridge;
import dev.nexusdelta.proxy.ProxyServer.SideDoor;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerDoorTest {
  private static final Bridge FIRST = new Bridge("10.1.0.1", "10.1.0.0/16");
  private static final Bridge SECOND = new Bridge("10.2.0.1", "10.2.0.0/16");

  private final List<String> done = new ArrayList<>();
  private final Listening listening =
      new Listening("127.0.0.1", 8080, false, "http://127.0.0.1:8080");
  private final ContainerDoor door = new ContainerDoor(false, listening);
  private boolean taken;

  private Future<SideDoor> opened(Bridge bridge) {
    done.add((taken ? "taken " : "open ") + bridge.address());
    return taken ? Future.failedFuture("taken") : Future.succeededFuture(side(bridge));
  }

  private SideDoor side(Bridge bridge) {
    return new SideDoor() {
      @Override
      public int port() {
        return listening.port();
      }

      @Override
      public Future<Void> close() {
        done.add("close " + bridge.address());
        return Future.succeededFuture();
      }
    };
  }

  @Test
  void opensOnceAndAgainOnlyAfterAFailure() {
    door.open(FIRST);
    taken = true;
    door.serve(this::opened);
    door.open(FIRST);
    taken = false;
    door.open(FIRST);
    door.open(FIRST);
    assertThat(done).containsExactly("taken 10.1.0.1", "taken 10.1.0.1", "open 10.1.0.1");
  }

  @Test
  void leavesABridgeThatIsGone() {
    door.serve(this::opened);
    door.open(FIRST);
    door.open(SECOND);
    door.open(FIRST);
    assertThat(done)
        .containsExactly(
            "open 10.1.0.1", "close 10.1.0.1", "open 10.2.0.1", "close 10.2.0.1", "open 10.1.0.1");
    assertThat(door.url(FIRST)).isEqualTo("http://10.1.0.1:8080");
  }

  @Test
  void isNotNeededWhereAgentsAreToldAnotherUrl() {
    ContainerDoor none = new ContainerDoor(true, listening);
    none.serve(this::opened);
    none.open(FIRST);
    door.serve(this::opened);
    door.open(new Bridge("", ""));
    assertThat(done).isEmpty();
    assertThat(none.url(FIRST)).isEqualTo(listening.url());
  }
}
