package dev.nexusdelta.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Single steps that a simulation seldom comes by. */
class MemberTest {
  private static final Ballot OLD = new Ballot(1, "a");
  private static final Ballot NEW = new Ballot(2, "b");
  private static final Position FIRST = new Position(OLD, 1);

  private final Map<String, Reply.Answered> asked = new HashMap<>();
  private final Outbox out = new Outbox((rows, done) -> done.run());

  private Held held = new Held(Map.of(), out);

  private Member member(int size, Map<String, String> rows) {
    held = new Held(rows, out);
    return new Member(
        new Member.Parts(
            "a",
            "a-1",
            new Settings(size, false, Settings.Writer.NONE),
            Pace.USUAL,
            (to, request, answered) -> asked.put(to, answered),
            new Random(1),
            news -> {}),
        held,
        out,
        0);
  }

  @Test
  void whatTheLeaderHasNotComparedIsNotCommittedByItsWord() {
    Batch own = new Batch(FIRST.next(OLD), List.of(new Change("key", Optional.of("lost"))));
    Map<String, String> rows =
        Map.of(
            Rows.META, Rows.text(new Rows.Meta(OLD, "c", FIRST)), Rows.tail(own), Rows.text(own));
    List<Reply> replies = new ArrayList<>();
    // Another write of the same sequence was committed by others; this sign of life shows none.
    Request.Append beat =
        new Request.Append("c", NEW, FIRST, List.of(), FIRST.next(NEW), false, 3, false);
    member(3, rows).asked("b", beat, 10, replies::add);
    out.flush();
    assertThat(replies).containsExactly(new Reply.Accepted(FIRST));
    assertThat(held.base()).isEqualTo(FIRST);
    assertThat(held.entries()).isEmpty();
  }

  @Test
  void noClusterIsFoundedBeforeAllInSightHaveShownThatTheyHaveNone() {
    Member member = member(3, Map.of());
    member.sighted(List.of("a", "b", "c"), 10);
    out.flush();
    assertThat(asked).containsOnlyKeys("b", "c");
    promise(member, "b");
    assertThat(held.cluster()).isEmpty();
    promise(member, "c");
    assertThat(held.cluster()).isNotEmpty();
  }

  @Test
  void whoHasSavedABeginningNeedsAllThatABeginningNeeds() {
    Roster three = new Roster(List.of("a", "b", "c"), "", List.of());
    Batch begun = new Batch(FIRST, List.of(new Change(Roster.KEY, Optional.of(three.text()))));
    Map<String, String> rows =
        Map.of(
            Rows.META,
            Rows.text(new Rows.Meta(OLD, "c", Position.START)),
            Rows.tail(begun),
            Rows.text(begun));
    // Of five: two of its three are a majority of those, but others may have begun elsewhere.
    Member member = member(5, rows);
    member.sighted(List.of("a", "b", "c"), 10);
    out.flush();
    promise(member, "b");
    assertThat(member.tenure()).isNull();
    promise(member, "c");
    assertThat(member.tenure()).isNotNull();
  }

  private void promise(Member member, String from) {
    Reply.Answered answered = asked.get(from);
    assertThat(answered).isNotNull();
    member.answered(20, () -> answered.promised(new Reply.Promised("", Position.START)));
    out.flush();
  }
}
