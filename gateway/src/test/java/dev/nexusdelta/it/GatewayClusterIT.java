package dev.nexusdelta.it;

import static dev.nexusdelta.it.GatewayTrio.AGENT;
import static dev.nexusdelta.it.GatewayTrio.CALL;
import static dev.nexusdelta.it.GatewayTrio.counts;
import static dev.nexusdelta.it.GatewayTrio.gateways;
import static dev.nexusdelta.it.GatewayTrio.healthy;
import static dev.nexusdelta.it.GatewayTrio.name;
import static dev.nexusdelta.it.GatewayTrio.objects;
import static dev.nexusdelta.it.GatewayTrio.replicas;
import static dev.nexusdelta.it.GatewayTrio.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.Callers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three gateways of one cluster: killed, lost, frozen, drained, replaced. */
@Tag("long")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class GatewayClusterIT {
  private static final int PER_SECOND = 20;

  private static GatewayTrio trio;

  private final List<Callers> callers = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    trio = GatewayTrio.open();
  }

  @AfterAll
  static void close() throws Exception {
    if (trio != null) {
      trio.close();
    }
  }

  @BeforeEach
  void up() throws Exception {
    trio.up();
  }

  @AfterEach
  void rest() {
    callers.forEach(Callers::close);
  }

  @Test
  void eachOneServesAndChangesAll() throws Exception {
    trio.third().typeWell("./nexus scale twin=1");
    trio.await("one replica", () -> everywhere(1));
    List<Long> one = trio.replicas().values().stream().flatMap(List::stream).toList();
    for (Workspace each : trio.all()) {
      JsonObject cluster = each.admin("/cluster");
      assertThat(gateways(cluster))
          .extracting(it -> it.getString("name"))
          .containsExactlyInAnyOrderElementsOf(trio.all().stream().map(GatewayTrio::name).toList());
      assertThat(cluster.getInteger("size")).isEqualTo(3);
      HttpResponse<String> answer = each.call(AGENT, CALL);
      assertThat(new JsonObject(answer.body()).getLong("result")).isEqualTo(one.get(0));
      assertThat(each.typeWell("./nexus list").out()).contains("Twin");
    }

    trio.third().typeWell("./nexus scale twin=3");
    trio.spread();
    for (Workspace each : trio.all()) {
      assertThat(placement(each)).hasSize(3).allSatisfy(it -> assertThat(it).endsWith(" 1 1"));
    }
    for (Workspace other : trio.but(trio.first())) {
      assertThat(other.folder().resolve("agents").resolve(AGENT)).doesNotExist();
      assertThat(other.data().resolve("code").resolve(AGENT)).isDirectoryContaining("glob:**");
    }

    assertThat(edit(trio.third(), "from the third").statusCode()).isEqualTo(200);
    trio.await("the first one sees it", () -> description(trio.first()).equals("from the third"));
  }

  @Test
  void theMarketOfEachTellsTheCallsOfAll() throws Exception {
    long before = marketCalls(trio.first()).getLong("count");
    for (Workspace each : trio.all()) {
      assertThat(each.call(AGENT, CALL).statusCode()).isEqualTo(200);
    }
    for (Workspace each : trio.all()) {
      trio.await("all calls", () -> marketCalls(each).getLong("count") == before + 3);
      assertThat(marketCalls(each).getInteger("gateways")).isEqualTo(3);
      assertThat(marketCalls(each).getInteger("of")).isEqualTo(3);
    }
  }

  private static JsonObject marketCalls(Workspace gateway) throws Exception {
    return gateway.admin("/marketplace/agents/" + AGENT).getJsonObject("calls");
  }

  private boolean everywhere(int replicas) throws Exception {
    for (Workspace each : trio.all()) {
      if (healthy(each).size() != replicas) {
        return false;
      }
    }
    return true;
  }

  /** Gateway, replicas wanted there, replicas ready there. */
  private static List<String> placement(Workspace workspace) throws Exception {
    JsonObject status = workspace.admin("/agents/twin").getJsonObject("status");
    return objects(status.getJsonArray("placement", new JsonArray())).stream()
        .map(
            it ->
                it.getString("gateway") + " " + it.getValue("wanted") + " " + it.getValue("ready"))
        .toList();
  }

  @Test
  void whatAReplicaIsAndWritesIsToldByThoseWhoDoNotOwnIt() throws Exception {
    trio.third().typeWell("./nexus scale twin=1");
    trio.await("one replica", () -> everywhere(1));
    String owner = healthy(trio.first()).get(0).getString("gateway");
    Workspace at = trio.all().stream().filter(it -> name(it).equals(owner)).findFirst().get();
    long pid = GatewayTrio.own(at).get(0);
    List<Workspace> others = trio.but(at);
    for (Workspace other : others) {
      assertThat(GatewayTrio.own(other)).isEmpty();
      assertThat(healthy(other).get(0).getLong("pid")).isEqualTo(pid);
      assertThat(other.typeWell("./nexus logs twin").out()).contains(pid + " starts");
    }
    hears(others.get(0), at, pid);

    GatewayTrio.kill(at);
    String missing = "lines of " + owner + " are missing: ";
    assertThat(others.get(1).typeWell("./nexus logs twin").out()).contains(missing);
    trio.up();
    trio.await(
        "its lines",
        () -> {
          String all = others.get(1).typeWell("./nexus logs twin").out();
          return all.contains(pid + " starts") && !all.contains(missing);
        });
    trio.await(
        "its events",
        () -> others.get(0).typeWell("./nexus events").out().contains("(at " + owner + ")"));
  }

  /** Whoever follows the logs with one gateway hears what a replica of another one says. */
  private static void hears(Workspace listener, Workspace owner, long pid) throws Exception {
    Path out = listener.folder().resolve("heard");
    Process follows =
        listener.start("./nexus logs twin -f --tail 0", out, listener.folder().resolve("err"));
    try {
      String call = "{\"tool_name\":\"who\",\"parameters\":{\"say\":\"hello\"}}";
      trio.await(
          "hello",
          () -> {
            owner.call(AGENT, call);
            return Files.readString(out).contains(pid + " says hello");
          });
    } finally {
      follows.descendants().forEach(ProcessHandle::destroyForcibly);
      follows.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void oneNameIsCreatedOnce() throws Exception {
    for (int time = 0; time < 3; time++) {
      String name = "Other" + time;
      assertThat(created(name, "here", "there")).containsExactlyInAnyOrder(201, 409);
      assertThat(created("Same" + time, "here", "here")).containsExactlyInAnyOrder(201, 200);
      trio.await("one table", this::agree);
      trio.first().typeWell("./nexus delete " + name);
      trio.third().typeWell("./nexus delete Same" + time);
    }
    trio.await("one table", this::agree);
  }

  private List<Integer> created(String name, String one, String another) throws Exception {
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      List<Integer> statuses = new ArrayList<>();
      List<Callable<HttpResponse<String>>> both =
          List.of(
              () -> create(trio.all().get(1), name, one),
              () -> create(trio.third(), name, another));
      for (Future<HttpResponse<String>> each : two.invokeAll(both)) {
        statuses.add(each.get().statusCode());
      }
      return statuses;
    } finally {
      two.shutdown();
    }
  }

  private static HttpResponse<String> create(Workspace at, String name, String description)
      throws Exception {
    JsonObject run = new JsonObject().put("url", new JsonArray().add("http://127.0.0.1:9"));
    return at.ask(
        "POST",
        "/agents",
        new JsonObject().put("name", name).put("description", description).put("run", run));
  }

  private boolean agree() throws Exception {
    Map<String, String> first = table(trio.first());
    for (Workspace each : trio.all()) {
      if (!table(each).equals(first)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void togetherTheyAdmitWhatAKeyMayDoAtOne() throws Exception {
    JsonObject wish =
        new JsonObject()
            .put("name", "often")
            .put("scopes", new JsonArray().add("invoke:" + AGENT))
            .put("rate", PER_SECOND + "/s");
    HttpResponse<String> made = trio.all().get(1).ask("POST", "/keys", wish);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    try {
      everywhere("a key is needed", 401);
      String token = new JsonObject(made.body()).getString("token");
      RatedCalls calls = RatedCalls.of(trio.all(), AGENT, CALL, token, 5 * PER_SECOND);
      assertThat(calls.admitted()).allSatisfy(count -> assertThat(count).isPositive());
      int admitted = calls.admitted().stream().mapToInt(Integer::intValue).sum();
      // At once, in that time, and one second's worth: three who each allow all would exceed it.
      assertThat(admitted)
          .as("of each, within %s s: %s", calls.seconds(), calls.admitted())
          .isLessThanOrEqualTo((int) (PER_SECOND * (1 + calls.seconds() + 1)));
      assertThat(calls.refused())
          .hasSize(3 * 5 * PER_SECOND - admitted)
          .isNotEmpty()
          .allSatisfy(GatewayClusterIT::saysWhenAgain);
    } finally {
      trio.third().typeWell("./nexus keys revoke often");
      everywhere("no key is needed", 200);
    }
  }

  private static void everywhere(String what, int status) throws Exception {
    for (Workspace each : trio.all()) {
      trio.await(what, () -> each.call(AGENT, CALL).statusCode() == status);
    }
  }

  private static void saysWhenAgain(HttpResponse<String> refused) {
    String policy = "\"default\";q=" + PER_SECOND + ";w=1";
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    assertThat(refused.headers().firstValue("RateLimit-Policy")).contains(policy);
    assertThat(refused.headers().firstValue("RateLimit").orElse(""))
        .startsWith("\"default\";r=0;t=");
  }

  @Test
  void aKilledLeaderIsMissedByNobodyAndComesBackToItsReplicas() throws Exception {
    trio.spread();
    Map<String, List<Long>> replicas = trio.replicas();
    Workspace leader = trio.leader();
    List<Workspace> others = trio.but(leader);
    call(others);
    GatewayTrio.kill(leader);
    trio.await("an edit without it", () -> edit(others.get(0), "a new leader").statusCode() == 200);
    leader.typeWell("./nexus up -d");
    trio.up();
    trio.await("the same replicas", () -> sameReplicas(replicas));
    trio.await("one table", this::agree);
    assertThat(description(leader)).isEqualTo("a new leader");
    noneFailed();
  }

  /** Owned by the same gateways, each by one, and all gateways see them so. */
  private boolean sameReplicas(Map<String, List<Long>> replicas) throws Exception {
    return trio.replicas().equals(replicas) && everywhere(3);
  }

  @Test
  void whatALostMachineRanRunsElsewhereAndNothingMovesWhenItReturns() throws Exception {
    trio.spread();
    Workspace lost = trio.follower();
    List<Workspace> others = trio.but(lost);
    call(others);
    GatewayTrio.lose(lost);
    trio.await(
        "three elsewhere", () -> healthy(others.get(0)).size() == 3 && !on(lost, others.get(0)));
    Map<String, List<Long>> replicas = new TreeMap<>(replicas(others));
    replicas.put(name(lost), List.of());
    int starts = trio.starts().size();
    trio.up();
    trio.await("the same replicas", () -> sameReplicas(replicas));
    trio.await("one table", this::agree);
    // What is decided after it has returned, it is decided for all.
    assertThat(edit(lost, "back").statusCode()).isEqualTo(200);
    trio.await("the same replicas", () -> sameReplicas(replicas));
    assertThat(trio.starts()).hasSize(starts);
    noneFailed();
  }

  private static boolean on(Workspace host, Workspace seenBy) throws Exception {
    return counts(seenBy).containsKey(name(host));
  }

  @Test
  void aDrainedOneIsEmptiedWithoutAFailedCall() throws Exception {
    trio.spread();
    Workspace drained = trio.follower();
    Workspace leader = trio.leader();
    call(trio.all());
    List<Integer> ready = new ArrayList<>();
    leader.typeWell("./nexus drain " + name(drained));
    trio.await(
        "its replica elsewhere",
        () -> {
          ready.add(healthy(leader).size());
          return healthy(leader).size() == 3 && !on(drained, leader);
        });
    assertThat(ready).allMatch(count -> count >= 3);
    assertThat(drained.call(AGENT, CALL).statusCode()).isEqualTo(200);
    drained.typeWell("./nexus drain --undo " + name(drained));
    trio.spread();
    noneFailed();
    leader.typeWell("./nexus drain " + name(drained));
    trio.restart();
    trio.await("the wish outlives them all", () -> trio.drained().contains(name(drained)));
    drained.typeWell("./nexus drain --undo " + name(drained));
    trio.spread();
  }

  @Test
  void oneOfThreeServesAndChangesNothing() throws Exception {
    trio.spread();
    Workspace left = trio.follower();
    List<Workspace> killed = trio.but(left);
    String before = description(left);
    for (Workspace each : killed) {
      GatewayTrio.kill(each);
    }
    call(List.of(left));
    trio.await("it says why", () -> code(edit(left, "too few")).equals("no_majority"));
    HttpResponse<String> refused = edit(left, "too few");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(description(left)).isEqualTo(before);
    assertThat(left.admin("/cluster").getString("trouble")).isNotEmpty();
    killed.get(0).typeWell("./nexus up -d");
    trio.await("two are enough", () -> edit(left, "enough").statusCode() == 200);
    trio.up();
    trio.await("one table", this::agree);
    assertThat(description(killed.get(1))).isEqualTo("enough");
    noneFailed();
  }

  private static String code(HttpResponse<String> refused) {
    return new JsonObject(refused.body()).getString("code", "");
  }

  @Test
  void aFrozenOneKnowsWhatItMissedBeforeItChangesAnything() throws Exception {
    Workspace frozen = trio.follower();
    List<Workspace> others = trio.but(frozen);
    long pid = frozen.gatewayPid();
    GatewayTrio.signal("STOP", pid);
    try {
      for (int i = 0; i < 6; i++) {
        String text = "without it " + i;
        Workspace one = others.get(i % 2);
        trio.await("an edit", () -> edit(one, text).statusCode() == 200);
      }
      trio.await("two are left", () -> gateways(others.get(0).admin("/cluster")).size() == 2);
      trio.await("an edit", () -> edit(others.get(1), "the last one").statusCode() == 200);
    } finally {
      GatewayTrio.signal("CONT", pid);
    }
    long theirs = others.get(1).admin("/agents/twin").getLong("revision");
    List<HttpResponse<String>> answers = new ArrayList<>();
    JsonObject change = new JsonObject().put("category", "thawed");
    trio.await(
        "its first edit",
        () -> {
          HttpResponse<String> answer = frozen.ask("PATCH", "/agents/twin", change);
          answers.add(answer);
          return answer.statusCode() == 200;
        });
    JsonObject first = new JsonObject(answers.get(answers.size() - 1).body());
    assertThat(first.getLong("revision")).isGreaterThan(theirs);
    assertThat(first.getJsonObject("spec").getString("description")).isEqualTo("the last one");
    trio.await("one table", this::agree);
  }

  @Test
  void oneIsReplacedWithoutAFailedCall() throws Exception {
    trio.spread();
    Map<String, List<Long>> replicas = trio.replicas();
    Workspace leader = trio.leader();
    call(trio.all());
    leader.typeWell("./nexus up -d --replace");
    trio.up();
    trio.await("the same replicas", () -> sameReplicas(replicas));
    noneFailed();
  }

  /** From now on these are called at a steady rate. */
  private void call(List<Workspace> gateways) {
    for (Workspace each : gateways) {
      Callers more =
          new Callers(GatewayTrio.port(each), "/agents/twin/execute", PER_SECOND, "who", "{}");
      callers.add(more);
      more.run(PER_SECOND);
    }
  }

  private void noneFailed() {
    for (Callers each : callers) {
      each.run(2 * PER_SECOND);
      each.close();
      assertThat(each.answered()).isPositive();
      assertThat(each.failures()).as("of %s calls", each.answered()).isEmpty();
    }
  }

  private static HttpResponse<String> edit(Workspace at, String description) throws Exception {
    return at.ask("PATCH", "/agents/twin", new JsonObject().put("description", description));
  }

  private static String description(Workspace seenBy) throws Exception {
    JsonObject spec = seenBy.admin("/agents/twin").getJsonObject("spec");
    return spec.getString("description", "");
  }
}
