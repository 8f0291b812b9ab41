package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexusdelta.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @TempDir private Path folder;

  @Test
  void usesDefaultsWhenNothingIsSaid() {
    Settings settings = SettingsReader.read(Map.of(), Map.of(), folder);
    assertThat(settings.listen()).isEqualTo(new Settings.Address("127.0.0.1", 8080));
    assertThat(settings.ports()).isEqualTo(new Settings.PortRange(8081, 8180));
    assertThat(settings.data()).isEqualTo(folder.resolve(".nexus"));
    assertThat(settings.entries()).allMatch(entry -> entry.source().equals("default"));
  }

  @Test
  void prefersFlagThenEnvironmentThenFile() throws IOException {
    write("listen: 127.0.0.1:1\nports: 9000-9010\ncluster: {port: 7000, name: blue}\n");
    Settings settings =
        SettingsReader.read(
            Map.of("listen", "127.0.0.1:3"),
            Map.of("NEXUS_LISTEN", "127.0.0.1:2", "NEXUS_CLUSTER_PORT", "7100"),
            folder);
    assertThat(settings.listen().port()).isEqualTo(3);
    assertThat(settings.cluster())
        .isEqualTo(new Settings.Cluster("blue", 7100, List.of(), 1, "127.0.0.1", "", ""));
    assertThat(source(settings, "listen")).isEqualTo("flag --listen");
    assertThat(source(settings, "cluster.port")).isEqualTo("environment NEXUS_CLUSTER_PORT");
    assertThat(source(settings, "ports")).isEqualTo("nexus.yaml:2");
    assertThat(source(settings, "agents")).isEqualTo("default");
  }

  @Test
  void tellsEveryFaultAtOnceWithItsPlace() throws IOException {
    write("listen: 0.0.0.0:8080\nprots: 1-2\ncluster:\n  port: x\n");
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () -> SettingsReader.read(Map.of("ports", "9-1"), Map.of(), folder));
    assertThat(refused.faults()).hasSize(4);
    assertThat(String.join("\n", refused.faults()))
        .contains("nexus.yaml:2: 'prots' is no key of the configuration; did you mean ports?")
        .contains("listen = '0.0.0.0:8080' (nexus.yaml:1): only loopback")
        .contains("ports = '9-1' (flag --ports)")
        .contains("cluster.port = 'x' (nexus.yaml:4)");
  }

  @Test
  void readsTheClusterAndHidesItsSecret() throws IOException {
    Files.writeString(folder.resolve("secret"), "0123456789abcdef\n");
    write(
        "cluster:\n  members: [10.0.0.1:5701, 10.0.0.2:5701, 10.0.0.3:5701]\n"
            + "  advertise: 10.0.0.2\n  secret: \"${file:secret}\"\n");
    Settings settings = SettingsReader.read(Map.of(), Map.of(), folder);
    assertThat(settings.cluster())
        .isEqualTo(
            new Settings.Cluster(
                "nexus",
                5701,
                List.of("10.0.0.1:5701", "10.0.0.3:5701"),
                3,
                "10.0.0.2",
                "0123456789abcdef",
                ""));
    assertThat(settings.toString()).doesNotContain("0123456789abcdef");
    Map<String, String> env = Map.of("NEXUS_CLUSTER_SECRET", "fedcba9876543210");
    Settings plain = SettingsReader.read(Map.of(), env, folder);
    assertThat(plain.cluster().secret()).isEqualTo("fedcba9876543210");
    assertThat(plain.toString()).doesNotContain("fedcba9876543210").contains("********");
  }

  @Test
  void whoJoinsTheOnlyMemberHereJoinsAnother() throws Exception {
    Map<String, String> env = Map.of("NEXUS_CLUSTER_PORT", "7000");
    Map<String, String> one = Map.of("cluster.members", "127.0.0.1:7000");
    assertThat(SettingsReader.read(one, env, folder).cluster().members())
        .containsExactly("127.0.0.1:7000");
    Map<String, String> two = Map.of("cluster.members", "127.0.0.1:7000,127.0.0.1:7001");
    assertThat(SettingsReader.read(two, env, folder).cluster().members())
        .containsExactly("127.0.0.1:7001");
  }

  @Test
  void refusesClustersThatCouldNotBe() {
    Map<String, String> flags =
        Map.of(
            "cluster.members", "127.0.0.1:5702,nowhere",
            "cluster.size", "0",
            "cluster.advertise", "192.0.2.1",
            "cluster.writer", "gateway-8080");
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsReader.read(flags, Map.of(), folder));
    assertThat(String.join("\n", refused.faults()))
        .contains("'nowhere' is none: expected HOST:PORT")
        .contains("cluster.size = '0' (flag --cluster.size): expected how many")
        .contains("cluster.advertise = '192.0.2.1'")
        .contains("private network")
        .contains("a secret is needed beyond loopback");
    Map<String, String> three =
        Map.of(
            "cluster.members", "127.0.0.1:5702,127.0.0.1:5703,10.0.0.1:5701",
            "cluster.secret", "short-and-guessed",
            "cluster.writer", "gateway-8080");
    SettingsException second =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsReader.read(three, Map.of(), folder));
    assertThat(second.faults()).hasSize(2);
    assertThat(String.join("\n", second.faults()))
        .contains("'10.0.0.1:5701' is on another machine")
        .contains("only one of exactly two")
        .doesNotContain("guessed");
    Map<String, String> weak = Map.of("cluster.secret", "guessed");
    SettingsException third =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsReader.read(weak, Map.of(), folder));
    assertThat(third.faults())
        .singleElement()
        .asString()
        .contains("cluster.secret = '********' (flag --cluster.secret): expected at least 16");
  }

  @Test
  void listsTheKeysWhereNoneIsNear() throws IOException {
    write("zzzzzzzzz: 1\n");
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsReader.read(Map.of(), Map.of(), folder));
    assertThat(refused.faults())
        .singleElement()
        .asString()
        .contains("'zzzzzzzzz' is no key of the configuration. Known are listen, ");
  }

  @Test
  void neverLooksUpHostNamesToDecideAboutLoopback() {
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () -> SettingsReader.read(Map.of("listen", "gateway.invalid:80"), Map.of(), folder));
    assertThat(refused.faults()).singleElement().asString().contains("loopback");
  }

  @Test
  void readsWhatTheEngineIsTold() throws IOException {
    Settings.Docker usual = SettingsReader.read(Map.of(), Map.of(), folder).docker();
    assertThat(usual)
        .isEqualTo(
            new Settings.Docker(
                Settings.Reach.AUTO,
                "nexus-delta-agent:latest",
                "debian:stable-slim",
                URI.create("unix:///var/run/docker.sock")));
    write("host: docker\ndocker: {reach: loopback, command-base: my.registry:5000/Base:1}\n");
    Map<String, String> env =
        Map.of("NEXUS_DOCKER_BASE", "agents:2", "DOCKER_HOST", "unix:///run/e.sock");
    Settings settings = SettingsReader.read(Map.of(), env, folder);
    assertThat(settings.host()).isEqualTo("docker");
    assertThat(settings.docker())
        .isEqualTo(
            new Settings.Docker(
                Settings.Reach.LOOPBACK,
                "agents:2",
                "my.registry:5000/Base:1",
                URI.create("unix:///run/e.sock")));
    assertThat(source(settings, "docker.base")).isEqualTo("environment NEXUS_DOCKER_BASE");
    assertThat(source(settings, "docker.command-base")).isEqualTo("nexus.yaml:2");
    assertThat(engine("/run/other.sock", env)).isEqualTo("unix:///run/other.sock");
    assertThat(engine("tcp://127.0.0.1:2375", env)).isEqualTo("tcp://127.0.0.1:2375");
    assertThat(engine("", Map.of("NEXUS_DOCKER_SOCKET", "/s"))).isEqualTo("unix:///s");
  }

  private String engine(String flag, Map<String, String> env) {
    Map<String, String> flags = flag.isEmpty() ? Map.of() : Map.of("docker.socket", flag);
    return SettingsReader.read(flags, env, folder).docker().engine().toString();
  }

  @Test
  void refusesWhatNoEngineCanBeTold() {
    Map<String, String> flags =
        Map.of(
            "host", "podman",
            "docker.reach", "bridge",
            "docker.base", "-v /:/host",
            "docker.command-base", "",
            "docker.socket", "ssh://far");
    List<String> faults =
        catchThrowableOfType(
                SettingsException.class, () -> SettingsReader.read(flags, Map.of(), folder))
            .faults();
    assertThat(faults).hasSize(5);
    assertThat(String.join("\n", faults))
        .contains("host = 'podman' (flag --host): expected process or docker")
        .contains("docker.reach = 'bridge' (flag --docker.reach): expected auto, container")
        .contains("docker.base = '-v /:/host'")
        .contains("docker.command-base = ''")
        .contains("docker.socket = 'ssh://far'");
  }

  @Test
  void readsHowFarLoadMayLetTheFleetGrow() throws IOException {
    assertThat(read(Map.of()).caps()).isEqualTo(new Settings.Caps(200, 0, 75));
    assertThat(read(Map.of()).caps().memoryOf(8L << 30)).isEqualTo(6L << 30);
    write("fleet: {replicas: 12, memory: 1.5GiB}\n");
    assertThat(read(Map.of()).caps()).isEqualTo(new Settings.Caps(12, 3L << 29, 0));
    assertThat(read(Map.of()).caps().memoryOf(1)).isEqualTo(3L << 29);
    for (String memory : List.of("0%", "101%", "much", "0B", "8")) {
      assertThat(
              catchThrowableOfType(
                      SettingsException.class,
                      () -> read(Map.of("fleet.memory", memory, "fleet.replicas", "0")))
                  .faults())
          .containsExactly(
              "fleet.replicas = '0' (flag --fleet.replicas): expected a whole number from 1 to"
                  + " 100000",
              "fleet.memory = '"
                  + memory
                  + "' (flag --fleet.memory): expected a part of the machine's memory such as 75%,"
                  + " or a size such as 8GiB");
    }
  }

  @Test
  void complainsOfDockerHostOnlyWhereItIsUsed() {
    Map<String, String> env = Map.of("DOCKER_HOST", "ssh://far");
    assertThat(SettingsReader.read(Map.of(), env, folder).host()).isEqualTo("process");
    List<String> faults =
        catchThrowableOfType(
                SettingsException.class,
                () -> SettingsReader.read(Map.of("host", "docker"), env, folder))
            .faults();
    assertThat(faults).singleElement().asString().contains("DOCKER_HOST is 'ssh://far'");
  }

  @Test
  void listensAnywhereOnlyWhenTheOperatorInsists() {
    Settings settings =
        SettingsReader.read(
            Map.of("listen", "0.0.0.0:8080", "listen-without-keys", "true"), Map.of(), folder);
    assertThat(settings.listen()).isEqualTo(new Settings.Address("0.0.0.0", 8080));
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                SettingsReader.read(
                    Map.of("listen", "0.0.0.0:8080"),
                    Map.of("NEXUS_LISTEN_WITHOUT_KEYS", "yes"),
                    folder));
    assertThat(String.join("\n", refused.faults()))
        .contains("NEXUS_LISTEN_WITHOUT_KEYS=true")
        .contains("listen-without-keys = 'yes'");
  }

  @Test
  void givesOperatorsAListenerOfTheirOwnWhereCallersMayBeAnybody() {
    assertThat(read(Map.of()).admin()).isEmpty();
    assertThat(read(Map.of("admin", "127.0.0.1:8079")).admin())
        .contains(new Settings.Admin(new Settings.Address("127.0.0.1", 8079), true));
    assertThat(read(Map.of("listen", "0.0.0.0:80", "listen-without-keys", "true")).admin())
        .contains(new Settings.Admin(new Settings.Address("127.0.0.1", 8079), false));
    assertThat(
            catchThrowableOfType(
                    SettingsException.class, () -> read(Map.of("admin", "0.0.0.0:8079")))
                .faults())
        .singleElement()
        .asString()
        .startsWith("admin = '0.0.0.0:8079'")
        .contains("only loopback");
    assertThat(
            catchThrowableOfType(
                    SettingsException.class, () -> read(Map.of("admin", "127.0.0.1:8080")))
                .faults())
        .singleElement()
        .asString()
        .contains("another address than listen");
  }

  private Settings read(Map<String, String> flags) {
    return SettingsReader.read(flags, Map.of(), folder);
  }

  @Test
  void readsHostsAsListAndAsText() throws IOException {
    write("hosts: [gateway, nexus.example]\n");
    assertThat(SettingsReader.read(Map.of(), Map.of(), folder).hosts())
        .containsExactlyInAnyOrder("gateway", "nexus.example");
    assertThat(SettingsReader.read(Map.of(), Map.of("NEXUS_HOSTS", "a.example, b"), folder).hosts())
        .containsExactlyInAnyOrder("a.example", "b");
    write("hosts: []\n");
    assertThat(SettingsReader.read(Map.of(), Map.of(), folder).hosts()).isEmpty();
    assertThat(
            catchThrowableOfType(
                    SettingsException.class,
                    () -> SettingsReader.read(Map.of("hosts", "a:80"), Map.of(), folder))
                .faults())
        .singleElement()
        .asString()
        .contains("'a:80' is no name");
  }

  @Test
  void readsTrustedProxiesAsListAndAsText() throws IOException {
    InetAddress near = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
    write("trusted-proxies: [10.0.0.0/8, 192.0.2.7]\n");
    assertThat(SettingsReader.read(Map.of(), Map.of(), folder).trusted().contains(near)).isTrue();
    Map<String, String> env = Map.of("NEXUS_TRUSTED_PROXIES", "192.0.2.7, fd00::/8");
    assertThat(SettingsReader.read(Map.of(), env, folder).trusted().contains(near)).isFalse();
    write("trusted-proxies: [lb.example]\n");
    assertThat(faults(Map.of()))
        .containsExactly(
            "trusted-proxies = 'lb.example' (nexus.yaml:1): 'lb.example' is no address and no"
                + " network such as 192.0.2.7 or 10.0.0.0/8; list each with a comma between");
  }

  @Test
  void readsTlsAndSaysWhatItsFilesLack() throws IOException {
    assertThat(SettingsReader.read(Map.of(), Map.of(), folder).tls()).isEmpty();
    write("tls: {cert: a.cert.pem}\n");
    assertThat(faults(Map.of()))
        .containsExactly(
            "tls.key = '' (default): expected a PEM file, since tls.cert names one; or leave both"
                + " empty");
    TestCertificates.make(folder, "a");
    write("tls: {cert: a.cert.pem, key: a.key.pem}\n");
    Settings settings = SettingsReader.read(Map.of(), Map.of(), folder);
    assertThat(settings.tls().orElseThrow().cert()).isEqualTo(folder.resolve("a.cert.pem"));
    settings.checkFiles();
    assertThat(settings.toString()).doesNotContain("PRIVATE");
    Files.delete(folder.resolve("a.key.pem"));
    assertThat(catchThrowableOfType(SettingsException.class, settings::checkFiles).faults())
        .containsExactly("tls.key = " + folder.resolve("a.key.pem") + ": there is no such file");
  }

  private List<String> faults(Map<String, String> flags) {
    return catchThrowableOfType(
            SettingsException.class, () -> SettingsReader.read(flags, Map.of(), folder))
        .faults();
  }

  @Test
  void refusesBrokenYaml() throws IOException {
    write("listen: [1\n");
    List<String> faults =
        catchThrowableOfType(
                SettingsException.class, () -> SettingsReader.read(Map.of(), Map.of(), folder))
            .faults();
    assertThat(faults).singleElement().asString().contains("nexus.yaml:");
  }

  private void write(String yaml) throws IOException {
    Files.writeString(folder.resolve("nexus.yaml"), yaml);
  }

  private static String source(Settings settings, String key) {
    return settings.entries().stream()
        .filter(entry -> entry.key().equals(key))
        .findFirst()
        .orElseThrow()
        .source();
  }
}
