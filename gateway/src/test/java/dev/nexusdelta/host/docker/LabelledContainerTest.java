package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Container;
import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import dev.nexusdelta.host.docker.Neighbourhood.Own;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledContainerTest {
  private static final Neighbourhood HERE =
      new Neighbourhood(List.of(new Own("127.0.0.1", 8), new Own("172.17.0.1", 16)));

  private final List<String> complaints = new ArrayList<>();

  private final JsonObject labels = new JsonObject().put("nexus.agent", "Box");
  private final JsonArray ports = new JsonArray();
  private String address = "172.17.0.5";
  private String mode = "default";

  /** What an engine writes into its list. */
  private Container container() {
    JsonObject json =
        new JsonObject()
            .put("Id", "0123456789abcdef")
            .put("Names", new JsonArray().add("/by-hand"))
            .put("Created", 1_700_000_000L)
            .put("State", "running")
            .put("Labels", labels)
            .put("Ports", ports)
            .put("HostConfig", new JsonObject().put("NetworkMode", mode))
            .put(
                "NetworkSettings",
                new JsonObject()
                    .put(
                        "Networks",
                        new JsonObject()
                            .put(
                                "bridge",
                                new JsonObject()
                                    .put("IPAddress", address)
                                    .put("IPPrefixLen", 16)
                                    .put("Gateway", "172.17.0.1"))));
    try {
      return new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .readValue(json.encode(), Container.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<LabelledContainer> read() {
    return LabelledContainer.of(container(), complaints::add);
  }

  private void port(int inside) {
    ports.add(new JsonObject().put("PrivatePort", inside).put("Type", "tcp"));
  }

  private void port(int inside, int outside, String ip) {
    ports.add(
        new JsonObject()
            .put("IP", ip)
            .put("PrivatePort", inside)
            .put("PublicPort", outside)
            .put("Type", "tcp"));
  }

  @Test
  void isSomebodyElsesAndRuns() {
    assertThat(LabelledContainer.isOne(container())).isTrue();
    labels.put("nexus.host", "h");
    assertThat(LabelledContainer.isOne(container())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "nexus.agent, not a name, false",
    "nexus.agent, '', false",
    "nexus.port, http, false",
    "nexus.port, 0, false",
    "nexus.port, 65536, false",
    "nexus.version, '1 2', true"
  })
  void badLabelsAreToldAndDoNoHarm(String label, String value, boolean routed) {
    labels.put(label, value);
    assertThat(read().isPresent()).isEqualTo(routed);
    assertThat(complaints).hasSize(1);
    assertThat(complaints.get(0))
        .startsWith("container by-hand has the label " + label + "='" + value + "'; expected ");
  }

  @Test
  void thePortIsTheLabelsElseTheOnlyOneExposed() {
    port(8000);
    assertThat(read().get().inside(OptionalInt.empty(), complaints::add)).hasValue(8000);
    port(9000);
    assertThat(read().get().inside(OptionalInt.empty(), complaints::add)).isEmpty();
    assertThat(complaints).hasSize(1);
    assertThat(complaints.get(0)).contains("exposes the ports 8000, 9000", "nexus.port=PORT");
    labels.put("nexus.port", "9000").put("nexus.version", "2.1");
    assertThat(read().get().inside(OptionalInt.empty(), complaints::add)).hasValue(9000);
    assertThat(read().get().inside(OptionalInt.of(7), complaints::add)).hasValue(7);
    assertThat(read().get().found().version()).contains("2.1");
    labels.remove("nexus.port");
    ports.clear();
    read().get().inside(OptionalInt.empty(), complaints::add);
    assertThat(complaints.get(1)).contains("container by-hand of agent 'Box' exposes no port");
  }

  @Test
  void isCalledAtItsOwnAddressWhereThatIsNear() {
    port(8000, 18_000, "0.0.0.0");
    port(8000, 18_000, "::");
    assertThat(place(Reach.AUTO)).contains(new Place("172.17.0.5", 8000));
    assertThat(place(Reach.CONTAINER)).contains(new Place("172.17.0.5", 8000));
    assertThat(place(Reach.LOOPBACK)).contains(new Place("127.0.0.1", 18_000));
    address = "172.31.0.5";
    assertThat(place(Reach.AUTO)).contains(new Place("127.0.0.1", 18_000));
    assertThat(place(Reach.CONTAINER)).isEmpty();
    ports.clear();
    port(8000, 18_000, "192.0.2.9");
    assertThat(place(Reach.AUTO)).contains(new Place("192.0.2.9", 18_000));
    ports.clear();
    assertThat(place(Reach.AUTO)).isEmpty();
  }

  @Test
  void oneWithoutANetworkOfItsOwnIsThisMachine() {
    mode = "host";
    assertThat(place(Reach.AUTO)).contains(new Place("127.0.0.1", 8000));
    assertThat(place(Reach.LOOPBACK)).contains(new Place("127.0.0.1", 8000));
  }

  private Optional<Place> place(Reach reach) {
    return HERE.place(read().get(), 8000, reach);
  }

  @Test
  void knowsItsNeighbours() {
    assertThat(HERE.reaches("172.17.255.1")).isTrue();
    assertThat(HERE.reaches("172.18.0.1")).isFalse();
    assertThat(HERE.reaches("name")).isFalse();
    assertThat(new Neighbourhood(List.of(new Own("192.0.2.1", 32))).reaches("192.0.2.2")).isFalse();
    assertThat(new Neighbourhood(List.of(new Own("192.0.2.1", 0))).reaches("192.0.2.2")).isFalse();
  }
}
