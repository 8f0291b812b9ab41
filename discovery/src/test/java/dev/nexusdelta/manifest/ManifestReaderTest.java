package dev.nexusdelta.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  static Manifest ok(String text) {
    return ManifestReader.read(text)
        .fold(
            manifest -> manifest,
            faults -> {
              throw new AssertionError("refused: " + faults);
            });
  }

  static List<ManifestFault> faults(String text) {
    return ManifestReader.read(text)
        .fold(
            manifest -> {
              throw new AssertionError("accepted: " + manifest);
            },
            faults -> faults);
  }

  private static String with(String lines) {
    return "name: A\nrun: {command: x}\n" + lines;
  }

  @Test
  void readsTheWholeExampleOfTheManual() {
    Manifest manifest =
        ok(
            """
            name: DataAgent
            version: 1.0.0
            description: Statistics over lists of numbers
            category: utility
            model: gpt-4                      # shown in the card only
            capabilities: [data, analytics]
            run:                              # exactly one of java, command, image, url
              java: DataAgent.java
            port: 8081
            env: {LOG_LEVEL: info, N: 3, TOKEN: "${env:TOKEN}"}
            secrets: [OPENAI_API_KEY]
            resources: {memory: 256MiB, cpus: 0.5}
            health: {path: /health, interval: 1s, timeout: 1s, start: 60s}
            limits: {timeout: 30s, idle: 300s, concurrency: 64, queue: 128, request: 4MiB}
            balance: round-robin
            scale: {min: 1, max: 5, target-rps: 50, window: 60s}
            tools: []
            expose: [/docs]
            """);

    assertThat(manifest.name().value()).isEqualTo("DataAgent");
    assertThat(manifest.run()).isEqualTo(new Run.Java("DataAgent.java", List.of("lib/*.jar")));
    assertThat(manifest.port()).isEqualTo(OptionalInt.of(8081));
    assertThat(manifest.env())
        .isEqualTo(Map.of("LOG_LEVEL", "info", "N", "3", "TOKEN", "${env:TOKEN}"));
    assertThat(manifest.resources())
        .isEqualTo(new Manifest.Resources(OptionalLong.of(256L << 20), OptionalDouble.of(0.5)));
    assertThat(manifest.limits().requestBytes()).isEqualTo(4L << 20);
    assertThat(manifest.scale().orElseThrow().targetRps()).hasValue(50);
    assertThat(manifest.expose()).containsExactly("/docs");
  }

  @Test
  void fillsEveryDefault() {
    Manifest manifest = ok("name: A\nrun: {java: A.java}\nport:\nscale:\n");

    assertThat(manifest.version()).isEqualTo("1.0.0");
    assertThat(manifest.health())
        .isEqualTo(
            new Manifest.Health(
                "/health", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60)));
    assertThat(manifest.limits())
        .isEqualTo(
            new Manifest.Limits(
                Duration.ofSeconds(30), Duration.ofSeconds(300), 64, 128, 4L << 20));
    assertThat(manifest.balance()).isEqualTo(Manifest.Balance.ROUND_ROBIN);
    assertThat(manifest.scale()).isEmpty();
    assertThat(manifest.port()).isEmpty();
    assertThat(manifest.resources())
        .isEqualTo(new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty()));
  }

  @Test
  void namesEveryFaultAtOnceWithItsPlace() {
    List<ManifestFault> faults =
        faults(
            """
            name: 9lives
            vresion: 1
            run:
              comand: x
            port: 70000
            health:
              interval: 10
            limits: {queue: "5", request: 4}
            balance: round-robbin
            """);

    assertThat(faults)
        .extracting(fault -> fault.line() + ":" + fault.column() + " " + fault.pointer())
        .containsExactly(
            "1:7 /name",
            "2:10 /vresion",
            "4:3 /run",
            "4:11 /run/comand",
            "5:7 /port",
            "7:13 /health/interval",
            "8:17 /limits/queue",
            "8:31 /limits/request",
            "9:10 /balance");
    assertThat(faults.get(1).message())
        .isEqualTo("vresion is not a known key; did you mean 'version'?");
    assertThat(faults.get(3).message()).contains("did you mean 'command'?");
    assertThat(faults.get(4).toString())
        .isEqualTo("5:7: port is '70000'; expected a whole number from 1 to 65535");
    assertThat(faults.get(5).message()).contains("is '10'", "500ms, 30s or 5m");
    assertThat(faults.get(6).message()).contains("without quotes");
    assertThat(faults.get(8).message()).contains("did you mean 'round-robin'?");
  }

  @Test
  void readsEveryFormOfBalance() {
    assertThat(ok(with("balance: least-requests")).balance())
        .isEqualTo(Manifest.Balance.LEAST_REQUESTS);
    assertThat(ok(with("balance: consistent-hash")).balance().header()).isEqualTo("X-Nexus-Key");
    assertThat(ok(with("balance: {policy: consistent-hash, header: X-User}")).balance())
        .isEqualTo(new Manifest.Balance(Manifest.Balance.Policy.CONSISTENT_HASH, "X-User"));
    assertThat(ok(with("balance: {policy: consistent-hash}")).balance())
        .isEqualTo(Manifest.Balance.CONSISTENT_HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          balance: {policy: consistent-hash, header: 'X User'} | 3:44 /balance/header
          balance: {policy: round-robin, header: X-User}       | 3:40 /balance/header
          balance: {policy: hash}                              | 3:19 /balance/policy
          balance: {header: X-User}                            | 3:10 /balance
          balance: {policy: least-requests, heder: a}          | 3:42 /balance/heder
          balance: [round-robin]                               | 3:10 /balance
          """)
  void refusesABalanceWithItsPlace(String line, String place) {
    assertThat(faults(with(line)))
        .extracting(fault -> fault.line() + ":" + fault.column() + " " + fault.pointer())
        .containsExactly(place);
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(faults("description: x"))
        .extracting(ManifestFault::pointer)
        .containsExactlyInAnyOrder("/name", "/run");
    assertThat(faults("")).hasSize(1).first().asString().contains("empty");
    assertThat(faults("# nothing\n")).hasSize(1);
    assertThat(faults("just text")).first().asString().contains("must be a mapping");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run: {java: A.java, url: 'http://h:1'} | has java and url; keep exactly one",
        "run: {java: A.java, command: x} | has java and command",
        "run: {} | names no way to run",
        "run: {classpath: [lib/*.jar]} | names no way to run",
        "run: {command: x, classpath: [a.jar]} | belongs to run.java only",
        "run: {command: x, container-port: 80} | belongs to run.image only",
        "run: {java: ../A.java} | inside the agent's folder",
        "run: {java: /A.java} | inside the agent's folder",
        "run: {java: a/../../A.java} | inside the agent's folder",
        "run: {java: A.py} | .java or .jar",
        "run: {java: A.java, classpath: [/etc/x.jar]} | jars inside",
        "run: {command: ''} | a command line",
        "run: {image: 'a b'} | image reference",
        "run: {image: a, container-port: 0} | 1 to 65535",
        "run: {command: x, volumes: []} | belongs to run.image only",
        "run: {image: a, volumes: data} | must be a list of {name",
        "run: {image: a, volumes: [data]} | not a single value",
        "run: {image: a, volumes: [{name: data}]} | lacks 'path'",
        "run: {image: a, volumes: [{path: /data}]} | lacks 'name'",
        "run: {image: a, volumes: [{name: d, path: /data}]} | 2 to 128 letters",
        "run: {image: a, volumes: [{name: /srv, path: /data}]} | no folder of the machine",
        "run: {image: a, volumes: [{name: nexus-owner, path: /data}]} | another name",
        "run: {image: a, volumes: [{name: data, path: data}]} | an absolute path",
        "run: {image: a, volumes: [{name: data, path: /}]} | an absolute path",
        "run: {image: a, volumes: [{name: data, path: '/a:/b'}]} | an absolute path",
        "run: {image: a, volumes: [{name: data, path: /a/../tmp}]} | without '.' and '..'",
        "run: {image: a, volumes: [{name: data, path: /tmp}]} | a path outside of /tmp",
        "run: {image: a, volumes: [{name: data, path: /proc/x}]} | a path outside of /proc",
        "run: {image: a, volumes: [{name: data, path: /d, readonly: 1}]} | did you mean 'readOnly'",
        "run: {image: a, volumes: [{name: d1, path: /d}, {name: d2, path: /d}]} | repeats /d",
        "run: {url: 'container://'} | an address such as",
        "run: {url: 'container://9lives'} | container://MyAgent",
        "run: {url: 'container://a/x'} | only container://Name:port",
        "run: {url: 'https://h:1'} | https, which is not supported yet",
        "run: {url: 'http://u:p@h:1'} | user name or password",
        "run: {url: 'http://h:1/x'} | path or query",
        "run: {url: 'http://h:1?x=1'} | path or query",
        "run: {url: 'ftp://h'} | an address such as",
        "run: {url: 'h:9000'} | an address such as",
        "run: {url: 'http://h:99999'} | 1 to 65535",
        "run: {url: 'http://h:0'} | 1 to 65535",
        "run: {url: []} | at least one address",
        "run: {url: ['http://h:1', 'http://H:1/']} | repeats",
        "run: A.java | must be a mapping",
      })
  void refusesWaysToRunThatCannotBe(String run, String expected) {
    assertThat(faults("name: A\n" + run)).hasSize(1).first().asString().contains(expected);
  }

  @Test
  void readsEveryWayToRun() {
    assertThat(ok("name: A\nrun: {java: target/a.jar, classpath: [target/lib/*.jar]}").run())
        .isEqualTo(new Run.Java("target/a.jar", List.of("target/lib/*.jar")));
    assertThat(ok("name: A\nrun: {command: 'python3 x.py --port ${PORT}'}").run())
        .isEqualTo(new Run.Command("python3 x.py --port ${PORT}"));
    assertThat(ok("name: A\nrun: {image: 'reg:5000/a/b:1.2'}").run())
        .isEqualTo(new Run.Image("reg:5000/a/b:1.2", 8000));
    String volumes = "[{name: my-data, path: /data}, {name: m.2, path: /srv/m, readOnly: true}]";
    assertThat(ok("name: A\nrun: {image: a, volumes: " + volumes + "}").run())
        .isEqualTo(
            new Run.Image(
                "a",
                8000,
                List.of(
                    new Run.Volume("my-data", "/data", false),
                    new Run.Volume("m.2", "/srv/m", true))));
    assertThat(ok("name: A\nrun: {url: ['container://My-Agent', 'container://B2:80/']}").run())
        .isEqualTo(
            new Run.Url(
                List.of(URI.create("container://My-Agent"), URI.create("container://B2:80"))));
    assertThat(ok("name: A\nrun: {url: 'http://agent.example/'}").run())
        .isEqualTo(new Run.Url(List.of(URI.create("http://agent.example"))));
    assertThat(ok("name: A\nrun: {url: ['http://[::1]:9', 'http://192.0.2.7:9000']}").run())
        .isEqualTo(
            new Run.Url(
                List.of(URI.create("http://[::1]:9"), URI.create("http://192.0.2.7:9000"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version: 'a b' | /version",
        "version: [1] | /version",
        "version: 'ä' | /version",
        "capabilities: data | /capabilities",
        "capabilities: [a, a] | /capabilities/1",
        "capabilities: [''] | /capabilities/0",
        "port: 8081.5 | /port",
        "port: -1 | /port",
        "port: '8081' | /port",
        "port: 0x1F | /port",
        "port: 99999999999999999999999 | /port",
        "env: {A: [1]} | /env/A",
        "env: {A: } | /env/A",
        "env: {1A: x} | /env/1A",
        "env: {PORT: 1} | /env/PORT",
        "env: {A: '${env:}'} | /env/A",
        "env: {A: '${file:/x'} | /env/A",
        "secrets: [a-b] | /secrets/0",
        "resources: {memory: 256} | /resources/memory",
        "resources: {memory: 1MiB} | /resources/memory",
        "resources: {cpus: 0} | /resources/cpus",
        "resources: {cpus: .inf} | /resources/cpus",
        "resources: {cpus: lots} | /resources/cpus",
        "health: {path: health} | /health/path",
        "health: {interval: 1ms} | /health/interval",
        "health: {timeout: 0s} | /health/timeout",
        "health: /ping | /health",
        "limits: {timeout: 25h} | /limits/timeout",
        "limits: {timeout: 1.0001s} | /limits/timeout",
        "limits: {concurrency: 0} | /limits/concurrency",
        "limits: {request: 0B} | /limits/request",
        "scale: {min: 3, max: 2} | /scale/min",
        "scale: {min: -1} | /scale/min",
        "scale: {target-rps: 50} | /scale",
        "scale: {max: 5, target-rps: 0} | /scale/target-rps",
        "scale: 3 | /scale",
        "tools: [{description: x}] | /tools/0",
        "tools: [a, a] | /tools/1",
        "tools: {a: {name: b}} | /tools/a",
        "tools: [{name: a, read-only: yes}] | /tools/0/read-only",
        "tools: [{name: a, read-only: true, destructive: true}] | /tools/0",
        "tools: [{name: a, input-schema: text}] | /tools/0/input-schema",
        "tools: [{name: a, input-schema: {x: .nan}}] | /tools/0/input-schema",
        "expose: [docs] | /expose/0",
        "expose: ['/a?b'] | /expose/0",
        "expose: [get /a] | /expose/0",
        "expose: [/a, PSOT /a] | /expose/1",
        "expose: ['GET  /a'] | /expose/0",
        "expose: [/a/*/b] | /expose/0",
        "expose: [/a*] | /expose/0",
        "expose: [/a/../b] | /expose/0",
        "expose: [/a//b] | /expose/0",
        "expose: [/a%2e] | /expose/0",
        "expose: [POST /execute] | /expose/0",
        "expose: [/a, /a] | /expose/1",
        "expose: ['*'] | /expose/0",
        "expose: /a | /expose",
        "description: !secret x | /description",
      })
  void refusesImpossibleValues(String line, String pointer) {
    assertThat(faults(with(line)))
        .hasSize(1)
        .first()
        .satisfies(fault -> assertThat(fault.pointer()).isEqualTo(pointer))
        .satisfies(fault -> assertThat(fault.line()).isEqualTo(3));
  }

  @Test
  void namesTheMethodThatWasMeant() {
    assertThat(faults(with("expose: [PSOT /a]")).get(0).message())
        .isEqualTo("expose.0 begins with 'PSOT', which is no method; did you mean POST?");
    assertThat(ok(with("expose: [GET /report, /files/*, /, '/*']")).expose())
        .containsExactly("GET /report", "/files/*", "/", "/*");
  }

  @Test
  void neverShowsTheValueOfAVariable() {
    assertThat(faults(with("env: {1A: hunter2, PORT: hunter2, B: '${env:hunter2'}")))
        .hasSize(3)
        .noneMatch(fault -> fault.message().contains("hunter2"));
    assertThat(faults(with("env: {KEY: hunter2}\nsecrets: [KEY]")).get(0).message())
        .contains("listed under secrets too")
        .doesNotContain("hunter2");
  }

  @Test
  void refusesKeysThatStandTwice() {
    assertThat(faults(with("port: 1\nport: 2")))
        .hasSize(1)
        .first()
        .asString()
        .isEqualTo("4:1: port stands twice; first in line 3, keep one");
  }

  @Test
  void readsToolsByNameAndInAList() {
    Manifest byName = ok(with("tools: {a: {timeout: 5s}, b: }"));
    Manifest listed = ok(with("tools: [{name: a, timeout: 5s}, b]"));
    assertThat(byName.tools()).isEqualTo(listed.tools()).hasSize(2);
    Manifest schema =
        ok(with("tools:\n- name: a\n  input-schema:\n    type: object\n    maxProperties: 3\n"));
    assertThat(schema.tools().get(0).inputSchema())
        .contains("{\"type\":\"object\",\"maxProperties\":3}");
  }

  @Test
  void saysWhereTheTextIsNotWellFormed() {
    ManifestFault open = faults("name: A\nrun: {java: A.java\nport: 1\n").get(0);
    assertThat(open.line()).isGreaterThan(1);
    assertThat(open.message()).startsWith("not well-formed");
    assertThat(faults("name: A\nrun:\n\tjava: A.java\n").get(0).toString())
        .startsWith("3:1: ")
        .contains("tabs");
    assertThat(faults("name: A\nx: \u0007").get(0).toString())
        .startsWith("2:4: ")
        .contains("U+0007");
    assertThat(faults("name: A\n---\nname: B")).hasSize(1);
    assertThat(faults("name: A\nrun: *nowhere")).hasSize(1);
  }

  @Test
  void holdsAgainstHostileDocuments() {
    assertThat(faults("[".repeat(100_000))).hasSize(1).first().asString().contains("nested");
    assertThat(faults("{a: ".repeat(100_000))).hasSize(1);
    assertThat(faults("#" + "x".repeat(1 << 20))).hasSize(1).first().asString().contains("1 MiB");
    StringBuilder laughs = new StringBuilder(with("tools:\n- name: a\n  input-schema:\n"));
    laughs.append("    a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 15; i++) {
      laughs.append("    a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(10) + "]\n");
    }
    assertThat(faults(laughs.toString())).hasSize(1);
    assertThat(faults(with("tools:\n- name: a\n  input-schema: &x\n    y: *x\n"))).hasSize(1);
    assertThat(faults(with("capabilities: &x [*x]"))).hasSize(1);
    assertThat(faults(with("env: &x {<<: *x}"))).hasSize(2);
    assertThat(faults(with("x: 1\n? [a]\n: 2"))).hasSize(2);
    StringBuilder many = new StringBuilder(with(""));
    for (int i = 0; i < 5000; i++) {
      many.append("key" + i + ": 1\n");
    }
    assertThat(faults(many.toString())).hasSize(50);
  }

  @Test
  void readsJsonWithTabsAndEscapes() {
    ManifestResult result =
        ManifestReader.readJson(
            "{\n\t\"name\":\"A\",\n\t\"run\":{\"command\":\"a\\/b \\u00e9 \\ud83d\\ude00\"},"
                + "\"port\":null,\"env\":{\"X\":\"\\ttab\"}}");
    Manifest manifest = result.fold(it -> it, faults -> null);
    assertThat(manifest).as("%s", result).isNotNull();
    assertThat(manifest.run()).isEqualTo(new Run.Command("a/b é 😀"));
    assertThat(manifest.env()).containsEntry("X", "\ttab");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: A",
        "{\"name\":\"A\",}",
        "{\"name\":\"A\",\"name\":\"A\"}",
        "{\"name\":\"A\"} {}",
        "{name: A}",
        ""
      })
  void refusesWhatIsNotJson(String text) {
    assertThat(ManifestReader.readJson(text)).isInstanceOf(ManifestResult.Invalid.class);
  }
}
