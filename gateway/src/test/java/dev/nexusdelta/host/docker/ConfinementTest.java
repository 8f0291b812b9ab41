package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfinementTest {
  @ParameterizedTest
  @EnumSource(
      value = Reach.class,
      names = {"AUTO", "LOOPBACK"})
  void aContainerWithANetworkOfItsOwnIsToldWhatToDo(Reach reach) {
    Confinement bridged = new Confinement(true, false);
    assertThatThrownBy(() -> ReplicaNetwork.byContainer(reach, bridged))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--network host");
  }

  @Test
  void everyOtherPlaceReachesReplicas() {
    Confinement hostNetwork = new Confinement(true, true);
    Confinement sameMachine = new Confinement(false, true);
    Confinement desktop = new Confinement(false, false);
    assertThat(ReplicaNetwork.byContainer(Reach.AUTO, hostNetwork)).isTrue();
    assertThat(ReplicaNetwork.byContainer(Reach.AUTO, sameMachine)).isTrue();
    assertThat(ReplicaNetwork.byContainer(Reach.AUTO, desktop)).isFalse();
    assertThat(ReplicaNetwork.byContainer(Reach.LOOPBACK, hostNetwork)).isFalse();
    assertThat(ReplicaNetwork.byContainer(Reach.CONTAINER, new Confinement(true, false))).isTrue();
  }

  @Test
  void onlyTheOwnAddressCounts() throws SocketException {
    assertThat(Confinement.now(new Bridge("127.0.0.1", "127.0.0.0/8")).onBridge()).isTrue();
    assertThat(Confinement.now(new Bridge("127.9.9.9", "127.0.0.0/8")).onBridge()).isFalse();
    assertThat(Confinement.now(new Bridge("", "")).onBridge()).isFalse();
  }
}
