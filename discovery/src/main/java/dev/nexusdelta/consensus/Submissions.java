package dev.nexusdelta.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes of this gateway on their way to whoever leads. */
final class Submissions {
  private final Member member;
  private final String incarnation;
  private final Deque<Submission> waiting = new ArrayDeque<>();

  /** Committed, but not seen here yet. */
  private final List<Seen> unseen = new ArrayList<>();

  private long count;

  private record Submission(Proposal proposal, long deadline, Consumer<Outcome> answer) {}

  private record Seen(Outcome.Committed outcome, long deadline, Consumer<Outcome> answer) {}

  Submissions(Member member, String incarnation) {
    this.member = member;
    this.incarnation = incarnation;
  }

  void submit(Proposal proposal, Consumer<Outcome> answer) {
    long deadline = member.now() + member.pace().patience();
    waiting.add(new Submission(proposal, deadline, answer));
    move();
  }

  /** Hands on what waits, if there is a leader; gives up what has waited too long. */
  void move() {
    for (int i = waiting.size(); i > 0; i--) {
      Submission next = waiting.remove();
      if (member.now() >= next.deadline() || member.isForgotten()) {
        next.answer().accept(new Outcome.NotWritten(member.missing()));
      } else if (!hand(next)) {
        waiting.add(next);
      }
    }
    look();
  }

  private boolean hand(Submission next) {
    Tenure tenure = member.tenure();
    if (tenure != null && tenure.leads()) {
      tenure.write(next.proposal(), next.answer());
      return true;
    }
    Optional<Ballot> led = member.led();
    if (tenure != null || led.isEmpty()) {
      return false;
    }
    Ballot ballot = led.get();
    String id = incarnation + "-" + ++count;
    member.send(
        ballot.member(),
        new Request.Forward(ballot, id, next.proposal()),
        new Reply.Answered() {
          @Override
          public void failed() {
            next.answer()
                .accept(new Outcome.Unknown("the leader did not answer, it may have taken it"));
          }

          @Override
          public void done(Reply.Done reply) {
            answered(next, reply.outcome());
          }
        });
    return true;
  }

  private void answered(Submission asked, Outcome outcome) {
    outcome
        .<Runnable>fold(
            new Outcome.Cases<>(
                committed ->
                    () -> {
                      long deadline = member.now() + member.pace().silence();
                      unseen.add(new Seen(committed, deadline, asked.answer()));
                      look();
                    },
                conflict -> () -> asked.answer().accept(conflict),
                notWritten -> () -> again(asked, notWritten),
                unknown -> () -> asked.answer().accept(unknown)))
        .run();
  }

  private void again(Submission asked, Outcome.NotWritten why) {
    if (member.now() >= asked.deadline() || !asked.proposal().forget().isEmpty()) {
      asked.answer().accept(why);
    } else {
      waiting.add(asked);
    }
  }

  /** Who writes here also reads here: an answer waits for the news. */
  void look() {
    for (Seen seen : List.copyOf(unseen)) {
      boolean here = member.held().base().sequence() >= seen.outcome().position().sequence();
      if ((here || member.now() >= seen.deadline()) && unseen.remove(seen)) {
        seen.answer().accept(seen.outcome());
      }
    }
  }

  /** Nothing more will be handed on. */
  void end() {
    for (Submission next : waiting) {
      next.answer().accept(new Outcome.NotWritten("this gateway is stopping"));
    }
    waiting.clear();
    unseen.forEach(seen -> seen.answer().accept(seen.outcome()));
    unseen.clear();
  }
}
