package dev.nexusdelta.consensus;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One member of the cluster: the rules, without clock, disk or network. Each input is one step;
 * what it leads to is in the outbox, which whoever made the step flushes.
 */
final class Member {
  private static final long GIVE_UP = 2500;

  private final Parts parts;
  private final Held held;
  private final Hearing hearing;
  private final Submissions submissions;
  private final Outbox out;
  private final Outlook outlook;
  private List<String> sighted;
  private long now;
  private long ticked;
  private long settled;

  private @Nullable Candidacy candidacy;
  private @Nullable Tenure tenure;
  private @Nullable Pull pull;
  private final Led led;

  private final Turns turns;

  /**
   * What a member is made of.
   *
   * @param id never another member's
   * @param incarnation never used before, not by this member either
   * @param news called with what is committed, in order
   */
  record Parts(
      String id,
      String incarnation,
      Settings settings,
      Pace pace,
      Network network,
      RandomGenerator random,
      Consumer<News> news) {}

  Member(Parts parts, Held held, Outbox out, long now) {
    this.parts = parts;
    this.held = held;
    this.out = out;
    this.now = now;
    this.ticked = now;
    this.sighted = List.of(parts.id());
    this.outlook = new Outlook(this);
    this.turns = new Turns(this);
    this.led = new Led(this);
    this.hearing = new Hearing(this);
    this.submissions = new Submissions(this, parts.incarnation());
  }

  // Inputs.

  /** Time has passed. */
  void tick(long time) {
    if (time - ticked > parts.pace().silence()) {
      // This process was frozen: what it has not heard meanwhile says nothing of others.
      led.thaw(time);
      turns.led(time);
    }
    now = time;
    ticked = time;
    if (led().isPresent() || tenure != null) {
      turns.led(now);
    }
    if (tenure != null) {
      tenure.tick();
    } else if (candidacy != null) {
      if (now - candidacy.began() > GIVE_UP) {
        giveUp();
      }
    } else {
      attempt();
    }
    submissions.move();
    if (now - settled >= parts.pace().heartbeat()) {
      settled = now;
      out.settle();
    }
  }

  /** Who is there, by age, this one included. */
  void sighted(List<String> members, long time) {
    now = time;
    sighted = List.copyOf(members);
    if (tenure != null) {
      tenure.tick();
    } else if (candidacy == null) {
      attempt();
    }
  }

  /** Another asks. */
  void asked(String from, Request request, long time, Consumer<Reply> answer) {
    now = time;
    request.to(hearing, from, reply -> out.then(() -> answer.accept(reply)));
    submissions.look();
  }

  /** Another answers; what it calls back is a step too. */
  void answered(long time, Runnable answer) {
    now = time;
    answer.run();
  }

  void submit(Proposal proposal, long time, Consumer<Outcome> answer) {
    now = time;
    submissions.submit(proposal, outcome -> out.then(() -> answer.accept(outcome)));
  }

  /** The last step: whoever waits is answered. */
  void end() {
    stepDown();
    submissions.end();
    out.settle();
  }

  // To lead.

  private void attempt() {
    turns
        .ballot()
        .ifPresent(
            ballot -> {
              candidacy = new Candidacy(this, ballot, now);
              candidacy.begin();
            });
  }

  void giveUp() {
    candidacy = null;
    pull = null;
    turns.backOff(parts.random());
  }

  boolean promiseSelf(Ballot ballot) {
    if (held.promised().above(ballot)) {
      return false;
    }
    held.promise(ballot);
    return true;
  }

  void found(Ballot ballot, Roster roster) {
    byte[] bytes = new byte[8];
    parts.random().nextBytes(bytes);
    held.found(HexFormat.of().formatHex(bytes));
    begin(ballot, List.of(new Change(Roster.KEY, Optional.of(roster.text()))));
  }

  void lead(Ballot ballot) {
    begin(ballot, List.of());
  }

  private void begin(Ballot ballot, List<Change> entry) {
    candidacy = null;
    led.forget();
    tenure = new Tenure(this, ballot, entry);
  }

  /** Another leads, or tries to. */
  void stepDown() {
    if (candidacy != null) {
      giveUp();
    }
    Tenure ended = tenure;
    tenure = null;
    pull = null;
    if (ended != null) {
      turns.led(now);
      ended.end();
    }
  }

  void saw(Ballot ballot) {
    turns.saw(ballot);
  }

  // To follow.

  void follow(Request.Append from) {
    if (tenure != null || candidacy != null) {
      stepDown();
    }
    held.promise(from.ballot());
    led.heard(from.ballot(), now);
    turns.led(now);
  }

  /** The ballot of the leader that is followed, if it lives. */
  Optional<Ballot> led() {
    return led.living();
  }

  /** That cluster has taken this one out for good: there is nothing to lead or to follow. */
  void forgottenBy(String cluster) {
    if (led.forgottenBy(cluster)) {
      stepDown();
    }
  }

  /** Whether this one was taken out, as it was told or as its own table says. */
  boolean isForgotten() {
    return led.isForgotten();
  }

  /** Whether somebody leads who is not to be disturbed by {@code candidate}. */
  boolean content(String candidate) {
    Tenure own = tenure;
    return own != null
        ? own.followed() && (own.leads() || now - own.began() < pace().silence())
        : led().filter(leader -> !leader.member().equals(candidate)).isPresent();
  }

  void pull(String source, Ballot ballot, Runnable installed, Runnable failed) {
    if (pull == null || !pull.isOf(source, ballot)) {
      pull = new Pull(this, source, ballot, installed, failed);
      pull.next(0);
    }
  }

  boolean pulls(Pull one) {
    return pull == one;
  }

  void pulled() {
    pull = null;
  }

  /** Takes over a table that was fetched in that ballot. */
  boolean install(Image image, Ballot ballot) {
    if (!held.promised().equals(ballot)) {
      return false;
    }
    Position last =
        image.tail().isEmpty()
            ? image.base()
            : image.tail().get(image.tail().size() - 1).position();
    boolean same = image.cluster().equals(held.cluster());
    boolean more = held.position().sequence() >= last.sequence();
    if (same && held.position().ballot().equals(last.ballot()) && more) {
      return true;
    }
    Map<String, Entry> before = new TreeMap<>(held.entries());
    Position base = held.base();
    if (!held.install(image)) {
      return false;
    }
    if (!held.base().equals(base) || !same) {
      parts.news().accept(new News(held.base(), Rows.differences(before, held.entries()), !same));
    }
    return true;
  }

  void committed(List<Batch> batches) {
    if (!batches.isEmpty()) {
      List<Change> changes = batches.stream().flatMap(batch -> batch.changes().stream()).toList();
      parts.news().accept(new News(held.base(), changes, false));
    }
  }

  void stranger(String id, String cluster, int members) {
    outlook.met(id, cluster, members);
  }

  void relapsed(String id, Position told, Position has) {
    outlook.relapsed(id, told, has);
  }

  String missing() {
    return outlook.missing();
  }

  LedgerState state() {
    return outlook.state();
  }

  // What there is.

  String id() {
    return parts.id();
  }

  Settings settings() {
    return parts.settings();
  }

  Pace pace() {
    return parts.pace();
  }

  Held held() {
    return held;
  }

  long now() {
    return now;
  }

  List<String> sighted() {
    return sighted;
  }

  @Nullable Tenure tenure() {
    return tenure;
  }

  boolean is(Tenure one) {
    return tenure == one;
  }

  boolean is(Candidacy one) {
    return candidacy == one;
  }

  void then(Runnable let) {
    out.then(let);
  }

  void send(String to, Request request, Reply.Answered answered) {
    out.then(() -> parts.network().send(to, request, answered));
  }
}
