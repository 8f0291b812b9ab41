package dev.nexusdelta.consensus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How a member answers others. */
final class Hearing implements Request.Hearer {
  /** Characters; escaped and in UTF-8 they stay below 256 KiB. */
  static final int PART = 60_000;

  private final Member member;
  private final Held held;

  /** Images under way, by who fetches them. */
  private final Map<String, Sliced> images = new HashMap<>();

  private long count;

  private record Sliced(String tag, List<String> parts) {}

  Hearing(Member member) {
    this.member = member;
    this.held = member.held();
  }

  @Override
  public void prepare(String from, Request.Prepare asked, Consumer<Reply> answer) {
    if (held.forgot(from)) {
      forgets(from, answer);
    } else if (held.founded() && !asked.cluster().equals(held.cluster())) {
      answer.accept(elsewhere());
    } else if (held.promised().above(asked.ballot())) {
      answer.accept(new Reply.Refused(held.promised()));
    } else if (member.content(from)) {
      answer.accept(new Reply.Busy());
    } else {
      if (asked.ballot().above(held.promised())) {
        member.stepDown();
        held.promise(asked.ballot());
      }
      answer.accept(new Reply.Promised(held.cluster(), held.position()));
    }
  }

  /** Whatever it asks, it counts for nothing; and it is told, by whoever knows. */
  private void forgets(String from, Consumer<Reply> answer) {
    member.send(from, new Request.Forgotten(held.cluster()), () -> {});
    answer.accept(new Reply.Busy());
  }

  @Override
  public void forgotten(Request.Forgotten told, Consumer<Reply> answer) {
    member.forgottenBy(told.cluster());
    answer.accept(new Reply.Busy());
  }

  private Reply elsewhere() {
    return new Reply.Elsewhere(held.cluster(), held.roster().members().size());
  }

  @Override
  public void append(String from, Request.Append asked, Consumer<Reply> answer) {
    if (held.forgot(from)) {
      forgets(from, answer);
      return;
    }
    boolean ours = asked.cluster().equals(held.cluster());
    if (held.founded() && !ours && !yields(from, asked)) {
      member.stranger(from, asked.cluster(), asked.members());
      answer.accept(elsewhere());
      return;
    }
    if (held.promised().above(asked.ballot())) {
      answer.accept(new Reply.Refused(held.promised()));
      return;
    }
    member.follow(asked);
    if (!ours || !matches(asked.previous())) {
      if (asked.pull()) {
        member.pull(from, asked.ballot(), () -> {}, () -> {});
      }
      answer.accept(new Reply.Lacking(held.cluster(), held.position()));
      return;
    }
    for (Batch batch : asked.batches()) {
      long sequence = batch.position().sequence();
      if (sequence > held.base().sequence() && !held.holds(batch.position())) {
        held.cut(sequence);
        held.append(batch);
      }
    }
    long verified = asked.last().sequence();
    member.committed(held.fold(Math.min(asked.committed().sequence(), verified)));
    answer.accept(new Reply.Accepted(asked.last()));
  }

  /** What is before the committed position was the same for all. */
  private boolean matches(Position previous) {
    return previous.sequence() < held.base().sequence() || held.holds(previous);
  }

  /** Who is alone in a cluster of its own and told to join gives it up for the other. */
  private boolean yields(String from, Request.Append asked) {
    List<String> sighted = member.sighted();
    boolean alone = held.roster().members().equals(List.of(member.id()));
    boolean older = sighted.indexOf(from) < sighted.indexOf(member.id());
    return member.settings().joins()
        && alone
        && sighted.contains(from)
        && (asked.members() > 1 || !asked.joins() || older);
  }

  @Override
  public void fetch(String from, Request.Fetch asked, Consumer<Reply> answer) {
    if (held.forgot(from)) {
      forgets(from, answer);
      return;
    }
    if (!asked.ballot().equals(held.promised())) {
      answer.accept(new Reply.Refused(held.promised()));
      return;
    }
    if (asked.part() == 0) {
      String text = Texts.text(held.image(asked.cluster(), asked.from()));
      images.put(from, new Sliced(held.position() + "-" + ++count, slices(text)));
    }
    Sliced image = images.get(from);
    if (image == null || asked.part() >= image.parts().size()) {
      answer.accept(new Reply.Busy());
      return;
    }
    answer.accept(
        new Reply.Part(image.tag(), image.parts().size(), image.parts().get(asked.part())));
    if (asked.part() == image.parts().size() - 1) {
      images.remove(from);
    }
  }

  private static List<String> slices(String text) {
    List<String> slices = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = Math.min(text.length(), start + PART);
      if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        end--;
      }
      slices.add(text.substring(start, end));
      start = end;
    }
    return slices;
  }

  @Override
  public void forward(String from, Request.Forward asked, Consumer<Reply> answer) {
    Tenure tenure = member.tenure();
    if (held.forgot(from)) {
      forgets(from, answer);
    } else if (tenure == null || !tenure.ballot().equals(asked.ballot())) {
      answer.accept(new Reply.Done(new Outcome.NotWritten("this gateway does not lead any more")));
    } else {
      tenure.forward(asked, outcome -> answer.accept(new Reply.Done(outcome)));
    }
  }
}
