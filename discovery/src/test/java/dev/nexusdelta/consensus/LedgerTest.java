package dev.nexusdelta.consensus;

import static dev.nexusdelta.discovery.Specs.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.sqlite.SqliteAcceptor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LedgerTest {
  private static final Settings THREE = new Settings(3, true, Settings.Writer.NONE);

  private final Vertx vertx = Vertx.vertx();
  private final MemoryCluster cluster = new MemoryCluster(vertx);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static Future<Outcome> add(Ledger ledger, String key, String text) {
    return ledger.write(List.of(Edit.add(key, text)));
  }

  @Test
  void aloneItLeadsAtOnceAndEachWriteCostsOneSave() {
    AtomicInteger saves = new AtomicInteger();
    MemoryAcceptor disk = new MemoryAcceptor();
    AcceptorStore counting =
        new AcceptorStore() {
          @Override
          public Future<Map<String, String>> load() {
            return disk.load();
          }

          @Override
          public Future<Void> save(Map<String, Optional<String>> rows) {
            boolean writes = rows.keySet().stream().anyMatch(key -> key.startsWith(Rows.TAIL));
            if (writes && rows.values().stream().anyMatch(Optional::isPresent)) {
              saves.incrementAndGet();
            }
            return disk.save(rows);
          }

          @Override
          public String where() {
            return disk.where();
          }

          @Override
          public Future<Void> close() {
            return disk.close();
          }
        };
    Ledger ledger = cluster.open(counting, Settings.ALONE);
    assertThat(ledger.state().leads()).isTrue();
    assertThat(ledger.state().trouble()).isEmpty();
    saves.set(0);
    for (int i = 0; i < 50; i++) {
      assertThat(await(add(ledger, "k" + i, "t"))).isInstanceOf(Outcome.Committed.class);
    }
    assertThat(ledger.entries()).containsKeys("k0", "k49");
    // What is folded later goes with the next write, or by itself every half second.
    assertThat(saves.get()).isBetween(50, 70);
    String id = ledger.memberId();
    cluster.close(ledger);
    Ledger again = cluster.open(disk, Settings.ALONE);
    assertThat(again.memberId()).isEqualTo(id);
    assertThat(again.entries()).containsKeys("k0", "k49");
  }

  @Test
  void manyWritesAtOnceThroughAFollowerAllHoldEverywhere(@TempDir Path folder) {
    List<Ledger> ledgers = new ArrayList<>();
    List<SqliteAcceptor> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(await(SqliteAcceptor.open(vertx, folder.resolve(i + "/registry.db"))));
      ledgers.add(cluster.open(files.get(i), THREE));
    }
    cluster.sight();
    cluster.led();
    Ledger follower =
        ledgers.stream().filter(each -> !each.state().leads()).findFirst().orElseThrow();
    List<Future<Outcome>> writes = new ArrayList<>();
    String document = "x".repeat(2000);
    for (int i = 0; i < 500; i++) {
      writes.add(add(follower, "k" + i, document));
    }
    await(Future.all(writes));
    assertThat(writes)
        .allSatisfy(write -> assertThat(write.result()).isInstanceOf(Outcome.Committed.class));
    for (Ledger each : ledgers) {
      cluster.until(() -> each.entries().containsKey("k499"));
      assertThat(each.entries()).isEqualTo(follower.entries());
    }
    await(Future.all(ledgers.stream().map(Ledger::close).toList()));
    await(Future.all(files.stream().map(SqliteAcceptor::close).toList()));
  }

  @Test
  void ofTwoWritesThatExpectTheSameOneHolds() {
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ledgers.add(cluster.open(new MemoryAcceptor(), THREE));
    }
    cluster.sight();
    cluster.led();
    for (int round = 0; round < 20; round++) {
      String key = "k" + round;
      List<Future<Outcome>> both =
          List.of(
              add(ledgers.get(round % 3), key, "a"), add(ledgers.get((round + 1) % 3), key, "b"));
      await(Future.all(both));
      assertThat(both)
          .extracting(Future::result)
          .hasAtLeastOneElementOfType(Outcome.Committed.class)
          .hasAtLeastOneElementOfType(Outcome.Conflict.class);
    }
  }

  @Test
  void aNewMemberFetchesALargeTableInParts() {
    Ledger first = cluster.open(new MemoryAcceptor(), Settings.ALONE);
    String document = "\"\u00fc\\\ud83d\ude00".repeat(20_000);
    for (int i = 0; i < 20; i++) {
      await(add(first, "k" + i, document));
    }
    await(first.write(List.of(Edit.remove("k3", first.entries().get("k3").written()))));
    Ledger second = cluster.open(new MemoryAcceptor(), new Settings(1, true, Settings.Writer.NONE));
    List<News> news = new CopyOnWriteArrayList<>();
    second.watch(news::add);
    cluster.sight();
    cluster.led();
    cluster.until(() -> second.entries().equals(first.entries()));
    assertThat(second.entries()).doesNotContainKey("k3").hasSize(20);
    assertThat(news.get(0).otherCluster()).isTrue();
    assertThat(news.get(0).changes()).extracting(Change::key).contains("k0", "k19");
    // Away while more is written than is kept one by one: it fetches what has changed.
    Ledger third = cluster.open(new MemoryAcceptor(), new Settings(1, true, Settings.Writer.NONE));
    cluster.sight();
    cluster.led();
    cluster.away(third, true);
    List<Future<Outcome>> writes = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      writes.add(add(first, "more" + i, "t"));
    }
    await(Future.all(writes));
    await(first.write(List.of(Edit.remove("k4", first.entries().get("k4").written()))));
    assertThat(third.entries()).doesNotContainKey("more0").containsKey("k4");
    cluster.away(third, false);
    cluster.until(() -> third.entries().equals(first.entries()));
  }

  @Test
  void anOperatorTakesOutOneThatIsGone() {
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ledgers.add(cluster.open(new MemoryAcceptor(), new Settings(1, true, Settings.Writer.NONE)));
    }
    cluster.sight();
    cluster.led();
    Ledger gone = ledgers.get(2);
    Ledger left = ledgers.get(0);
    assertThat(await(left.forget(gone.memberId(), List.of())))
        .isInstanceOf(Outcome.NotWritten.class);
    assertThat(await(left.write(List.of(Edit.add("mark", "here")))))
        .isInstanceOf(Outcome.Committed.class);
    cluster.close(gone);
    cluster.until(() -> left.state().leader().isPresent());
    // The edits are a part of it: where they do not hold, it stays.
    cluster.until(
        () ->
            await(left.forget(gone.memberId(), List.of(Edit.add("mark", "again"))))
                instanceof Outcome.Conflict);
    assertThat(left.state().members()).hasSize(3);
    Edit edit = Edit.remove("mark", left.entries().get("mark").written());
    Outcome[] last = new Outcome[1];
    cluster.until(
        () -> {
          last[0] = await(ledgers.get(1).forget(gone.memberId(), List.of(edit)));
          return !(last[0] instanceof Outcome.NotWritten);
        });
    assertThat(last[0]).isInstanceOf(Outcome.Committed.class);
    cluster.led();
    cluster.until(() -> !left.entries().containsKey("mark"));
    assertThat(await(left.forget(gone.memberId(), List.of()))).isInstanceOf(Outcome.Conflict.class);
  }

  @Tag("long")
  @Test
  void whoWasForgottenMayReadItsOldDataAndNothingElse(@TempDir Path folder) {
    Settings any = new Settings(1, true, Settings.Writer.NONE);
    List<SqliteAcceptor> files = new ArrayList<>();
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(await(SqliteAcceptor.open(vertx, folder.resolve(i + "/registry.db"))));
      ledgers.add(cluster.open(files.get(i), any));
    }
    cluster.sight();
    cluster.led();
    Ledger left = ledgers.get(0);
    await(add(left, "before", "t"));
    Ledger gone = ledgers.get(2);
    cluster.until(() -> gone.entries().containsKey("before"));
    cluster.close(gone);
    await(files.get(2).close());
    cluster.until(
        () -> await(left.forget(gone.memberId(), List.of())) instanceof Outcome.Committed);
    await(add(left, "after", "t"));

    files.set(2, await(SqliteAcceptor.open(vertx, folder.resolve("2/registry.db"))));
    Ledger back = cluster.open(files.get(2), any);
    assertThat(back.memberId()).isEqualTo(gone.memberId());
    cluster.sight();
    String told =
        "this gateway was forgotten by the cluster "
            + cluster(files.get(0))
            + ": to join anew, give it an empty data folder";
    cluster.until(() -> back.state().trouble().equals(Optional.of(told)));
    assertThat(await(add(back, "mine", "t"))).isEqualTo(new Outcome.NotWritten(told));
    assertThat(back.entries()).containsKey("before").doesNotContainKey("after");
    assertThat(back.state().leader()).isEmpty();
    for (Ledger other : ledgers.subList(0, 2)) {
      cluster.until(() -> other.state().trouble().isPresent());
      assertThat(other.state().trouble().orElseThrow())
          .startsWith("member " + back.memberId() + " was forgotten by the cluster")
          .contains("an empty data folder");
      assertThat(other.state().members())
          .filteredOn(LedgerState.Seen::belongs)
          .extracting(LedgerState.Seen::id)
          .containsExactlyInAnyOrder(ledgers.get(0).memberId(), ledgers.get(1).memberId());
    }
    assertThat(await(add(left, "more", "t"))).isInstanceOf(Outcome.Committed.class);

    // The one that may help to a majority is not among those that count.
    cluster.close(ledgers.get(1));
    Ledger alone = ledgers.get(0);
    cluster.until(() -> alone.state().leader().isEmpty());
    assertThat(await(add(alone, "alone", "t"))).isInstanceOf(Outcome.NotWritten.class);

    cluster.close(back);
    cluster.close(alone);
    await(Future.all(files.stream().map(SqliteAcceptor::close).toList()));
  }

  private static String cluster(AcceptorStore store) {
    return Rows.meta(await(store.load()).get(Rows.META)).cluster();
  }

  @Test
  void twoClustersThatMeetSayWhatToDo() {
    Ledger one = cluster.open(new MemoryAcceptor(), Settings.ALONE);
    Ledger two = cluster.open(new MemoryAcceptor(), Settings.ALONE);
    await(add(one, "k", "1"));
    await(add(two, "k", "2"));
    cluster.sight();
    cluster.until(() -> one.state().trouble().isPresent() && two.state().trouble().isPresent());
    assertThat(one.state().trouble().orElseThrow())
        .contains(two.memberId(), "another cluster", "told to join the other");
    assertThat(await(add(one, "more", "1"))).isInstanceOf(Outcome.Committed.class);
    assertThat(two.entries().get("k").text()).isEqualTo("2");
  }

  @Test
  void doesNotOpenOnADiskThatIsFull() {
    MemoryAcceptor disk = new MemoryAcceptor();
    cluster.close(cluster.open(disk, Settings.ALONE));
    disk.full(true);
    assertThatThrownBy(() -> cluster.open(disk, Settings.ALONE))
        .hasMessageContaining("no space left");
    disk.full(false);
    assertThat(cluster.open(disk, Settings.ALONE).state().leads()).isTrue();
  }

  @Test
  void refusesItsOwnKeysAndWritesOnceClosed() {
    Ledger ledger = cluster.open(new MemoryAcceptor(), Settings.ALONE);
    assertThatThrownBy(() -> add(ledger, Roster.KEY, "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Roster.KEY);
    cluster.close(ledger);
    assertThatThrownBy(() -> await(add(ledger, "k", "t")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void fieldsOfANewerVersionAreIgnored() {
    Request asked = new Request.Prepare("c", new Ballot(3, "m"));
    JsonObject text = new JsonObject(Texts.text("me", asked)).put("newer", new JsonObject());
    assertThat(Texts.asked(text.encode())).isEqualTo(new Texts.Asked("me", asked));
    Reply reply = new Reply.Done(new Outcome.Conflict(Map.of("k", new Entry("t", Position.START))));
    JsonObject said = new JsonObject(ReplyTexts.text(reply)).put("newer", 1);
    assertThat(ReplyTexts.reply(said.encode())).isEqualTo(reply);
  }
}
