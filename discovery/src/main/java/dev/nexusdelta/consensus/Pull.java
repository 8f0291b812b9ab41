package dev.nexusdelta.consensus;

/** Fetches another's table part by part, and takes it over when all are there. */
final class Pull {
  private final Member member;
  private final String source;
  private final Ballot ballot;
  private final String cluster;
  private final Position from;
  private final Runnable failed;
  private final Runnable installed;
  private final StringBuilder text = new StringBuilder();
  private String tag = "";

  Pull(Member member, String source, Ballot ballot, Runnable installed, Runnable failed) {
    this.member = member;
    this.source = source;
    this.ballot = ballot;
    this.cluster = member.held().cluster();
    this.from = member.held().base();
    this.installed = installed;
    this.failed = failed;
  }

  boolean isOf(String other, Ballot in) {
    return source.equals(other) && ballot.equals(in);
  }

  void next(int part) {
    member.send(
        source,
        new Request.Fetch(ballot, cluster, from, part),
        new Reply.Answered() {
          @Override
          public void failed() {
            end(false);
          }

          @Override
          public void part(Reply.Part reply) {
            took(part, reply);
          }
        });
  }

  private void took(int part, Reply.Part reply) {
    if (!member.pulls(this)) {
      return;
    }
    if (part > 0 && !reply.tag().equals(tag)) {
      end(false);
      return;
    }
    tag = reply.tag();
    text.append(reply.text());
    if (part + 1 < reply.parts()) {
      next(part + 1);
    } else {
      end(member.install(Texts.image(text.toString()), ballot));
    }
  }

  private void end(boolean done) {
    if (member.pulls(this)) {
      member.pulled();
      (done ? installed : failed).run();
    }
  }
}
