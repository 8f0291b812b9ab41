package dev.nexusdelta.consensus;

import static dev.nexusdelta.consensus.History.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A cluster in virtual time, with everything that may go wrong. Every choice comes from the seed.
 */
final class Simulation {
  final Random random;
  final History history = new History();
  final List<Node> nodes = new ArrayList<>();
  private final Pace pace = Pace.USUAL;
  private final boolean texts;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Set<String> cut = new HashSet<>();
  private double loss;
  private double twice;
  private int delay = 20;
  private int slow;
  private long now;
  private long count;
  private int writes;
  boolean wild;

  /** Whether a disk was exchanged for an old copy of it, which nothing else may be taken for. */
  boolean oldCopy;

  private record Event(long time, long order, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
    }
  }

  Simulation(long seed) {
    this.random = new Random(seed);
    this.texts = seed % 8 == 0;
  }

  /** One gateway: its disk, and its process while it runs. */
  final class Node {
    final String id;
    final TreeMap<String, String> disk = new TreeMap<>();
    Settings settings;
    int incarnation;
    boolean up;
    boolean gone;

    /** It was forgotten for good, and has come back. */
    boolean outcast;

    private boolean paused;
    private final List<Runnable> held = new ArrayList<>();
    private Map<String, Optional<String>> saving = Map.of();
    Member member;
    private Outbox out;

    Node(String id, Settings settings) {
      this.id = id;
      this.settings = settings;
    }

    void start() {
      up = true;
      incarnation++;
      int mine = incarnation;
      out = new Outbox((rows, done) -> save(rows, done, mine));
      member =
          new Member(
              new Member.Parts(
                  id,
                  id + "-" + incarnation,
                  settings,
                  pace,
                  (to, request, answered) -> send(this, to, request, answered),
                  new Random(random.nextLong()),
                  news -> shown()),
              new Held(disk, out),
              out,
              now);
      if (member.held().base().sequence() > 0) {
        shown();
      }
      tick(mine);
    }

    private void shown() {
      history.shown(member.held().base(), member.held().entries());
    }

    private void tick(int mine) {
      in(
          100,
          mine,
          this,
          () -> {
            step(() -> member.tick(now));
            tick(mine);
          });
    }

    void step(Runnable input) {
      input.run();
      out.flush();
    }

    private void save(Map<String, Optional<String>> rows, Runnable done, int mine) {
      saving = rows;
      rows.forEach(
          (key, text) -> {
            if (key.startsWith(Rows.TAIL) && text.isPresent()) {
              Batch batch = Rows.batch(text.get());
              Position before = member.held().at(batch.position().sequence() - 1);
              if (before != null
                  && batch.position().equals(member.held().at(batch.position().sequence()))) {
                history.wrote(batch, before);
              }
            }
          });
      in(
          random.nextInt(slow > 0 && random.nextInt(20) == 0 ? slow : 8),
          mine,
          this,
          () -> {
            persist();
            done.run();
            out.flush();
          });
    }

    private void persist() {
      saving.forEach(
          (key, text) -> text.ifPresentOrElse(it -> disk.put(key, it), () -> disk.remove(key)));
      saving = Map.of();
    }

    void crash() {
      if (random.nextBoolean()) {
        persist();
      }
      saving = Map.of();
      up = false;
      paused = false;
      held.clear();
      incarnation++;
    }

    /** Its process ends, and its disk is what it was once. */
    void exchange(Map<String, String> copy) {
      crash();
      oldCopy = true;
      disk.clear();
      disk.putAll(copy);
    }

    void pause() {
      paused = true;
    }

    void resume() {
      paused = false;
      List<Runnable> all = List.copyOf(held);
      held.clear();
      all.forEach(Runnable::run);
    }
  }

  Node node(String id, Settings settings) {
    Node node = new Node(id, settings);
    nodes.add(node);
    return node;
  }

  void at(long after, Runnable run) {
    events.add(new Event(now + after, count++, run));
  }

  /** On that node, if it is the same process then; a frozen one does it when it goes on. */
  private void in(long after, int incarnation, Node node, Runnable run) {
    at(after, () -> held(incarnation, node, run));
  }

  private void held(int incarnation, Node node, Runnable run) {
    if (node.incarnation == incarnation && node.up) {
      if (node.paused) {
        node.held.add(() -> held(incarnation, node, run));
      } else {
        run.run();
      }
    }
  }

  private long delay() {
    return slow > 0 && random.nextInt(30) == 0 ? random.nextInt(slow) : random.nextInt(delay);
  }

  private boolean lost(String from, String to) {
    return cut.contains(from + ">" + to) || random.nextDouble() < loss;
  }

  private void send(Node from, String to, Request request, Reply.Answered answered) {
    boolean[] over = new boolean[1];
    int mine = from.incarnation;
    in(
        2000,
        mine,
        from,
        () -> {
          if (!over[0]) {
            over[0] = true;
            from.step(() -> from.member.answered(now, answered::failed));
          }
        });
    for (int i = random.nextDouble() < twice ? 2 : 1; i > 0; i--) {
      if (!lost(from.id, to)) {
        at(
            delay(),
            () ->
                arrive(
                    from,
                    mine,
                    to,
                    request,
                    reply -> {
                      if (!over[0]) {
                        over[0] = true;
                        from.step(() -> from.member.answered(now, () -> reply.to(answered)));
                      }
                    }));
      }
    }
  }

  private void arrive(
      Node from, int mine, String to, Request request, java.util.function.Consumer<Reply> answer) {
    for (Node node : nodes) {
      if (node.id.equals(to) && node.up) {
        Request heard = texts ? Texts.asked(Texts.text(from.id, request)).request() : request;
        held(
            node.incarnation,
            node,
            () ->
                node.step(
                    () ->
                        node.member.asked(
                            from.id,
                            heard,
                            now,
                            reply -> {
                              if (!lost(to, from.id)) {
                                Reply said =
                                    texts ? ReplyTexts.reply(ReplyTexts.text(reply)) : reply;
                                in(delay(), mine, from, () -> answer.accept(said));
                              }
                            })));
      }
    }
  }

  /** What each sees of the others: those that run and can be reached both ways, oldest first. */
  void sight() {
    for (Node node : nodes) {
      if (node.up && !(wild && random.nextInt(3) == 0)) {
        List<String> seen = new ArrayList<>();
        for (Node other : nodes) {
          boolean cuts =
              cut.contains(node.id + ">" + other.id) || cut.contains(other.id + ">" + node.id);
          if (other.up && (other == node || !cuts)) {
            seen.add(other.id);
          }
        }
        in(
            random.nextInt(50),
            node.incarnation,
            node,
            () -> node.step(() -> node.member.sighted(seen, now)));
      }
    }
  }

  void looking(long every) {
    at(
        every,
        () -> {
          sight();
          looking(every);
        });
  }

  /** A client writes at a node, after what it sees there, or what it saw once. */
  void write(Node node) {
    if (!node.up || node.paused) {
      return;
    }
    String key = "k" + random.nextInt(3);
    Optional<Position> expected =
        Optional.ofNullable(node.member.held().entries().get(key)).map(Entry::written);
    if (random.nextInt(10) == 0) {
      expected = Optional.empty();
    }
    int id = writes++;
    boolean deletes = expected.isPresent() && random.nextInt(6) == 0;
    Optional<String> text = deletes ? Optional.empty() : Optional.of("w" + id);
    History.Op op = new History.Op(id, key, expected, text, now);
    history.ops.put(id, op);
    node.step(
        () ->
            node.member.submit(
                op.proposal(),
                now,
                outcome -> {
                  check(op.outcome.isEmpty(), op + " was answered twice");
                  op.outcome = Optional.of(outcome);
                  op.answered = now;
                }));
  }

  /** The last that was written. */
  History.Op last() {
    return history.ops.get(writes - 1);
  }

  void writing(long until, int every) {
    at(
        1 + random.nextInt(every),
        () -> {
          if (now < until) {
            write(nodes.get(random.nextInt(nodes.size())));
            writing(until, every);
          }
        });
  }

  /** Things go wrong until then. */
  void troubles(long until) {
    wild = true;
    loss = random.nextInt(3) == 0 ? 0.1 : 0.01;
    twice = 0.05;
    slow = random.nextInt(3) == 0 ? 1500 : 200;
    trouble(until);
  }

  private void trouble(long until) {
    at(
        100 + random.nextInt(1200),
        () -> {
          if (now < until) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            Node other = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(6)) {
              case 0 -> {
                if (node.up) {
                  node.crash();
                  int mine = node.incarnation;
                  at(
                      random.nextInt(2500),
                      () -> {
                        if (!node.up && !node.gone && mine == node.incarnation) {
                          node.start();
                        }
                      });
                }
              }
              case 1 -> {
                if (node.up && !node.paused) {
                  int mine = node.incarnation;
                  node.pause();
                  at(
                      random.nextInt(6000),
                      () -> {
                        if (node.incarnation == mine && node.paused) {
                          node.resume();
                        }
                      });
                }
              }
              case 2 -> {
                cut.add(node.id + ">" + other.id);
                cut.add(other.id + ">" + node.id);
              }
              case 3 -> cut.add(node.id + ">" + other.id);
              case 4 ->
                  nodes.stream()
                      .filter(it -> it != node)
                      .forEach(
                          it -> {
                            cut.add(node.id + ">" + it.id);
                            cut.add(it.id + ">" + node.id);
                          });
              default -> cut.clear();
            }
            trouble(until);
          }
        });
  }

  void heal() {
    wild = false;
    loss = 0;
    twice = 0;
    slow = 0;
    cut.clear();
    for (Node node : nodes) {
      if (!node.up && !node.gone) {
        node.start();
      } else if (node.paused) {
        node.resume();
      }
    }
  }

  void run(long until) {
    while (!events.isEmpty() && events.peek().time() <= until) {
      Event next = events.remove();
      now = next.time();
      next.run().run();
    }
    now = until;
  }

  long now() {
    return now;
  }

  /** Once that holds; looks again and again until then. */
  void when(java.util.function.BooleanSupplier holds, Runnable run) {
    if (holds.getAsBoolean()) {
      run.run();
    } else {
      at(200, () -> when(holds, run));
    }
  }

  /** Starts again, or for the first time, as now set. */
  void restart(Node node) {
    if (node.up) {
      node.crash();
    }
    node.start();
  }

  /** Everybody writes once more, and all end alike. */
  void settle(Set<String> aside) {
    heal();
    run(now + 15_000);
    int before = writes;
    for (Node node : nodes) {
      if (!node.outcast) {
        write(node);
      }
      run(now + 1000);
    }
    run(now + 2000);
    Node one = nodes.stream().filter(node -> node.up && !node.outcast).findFirst().orElseThrow();
    for (History.Op op : history.ops.values()) {
      boolean answered = op.outcome.isPresent();
      check(op.id < before || answered, op + " got no answer after all was well: " + states());
      if (op.id >= before && answered) {
        boolean fine =
            op.outcome.get() instanceof Outcome.Committed
                || op.outcome.get() instanceof Outcome.Conflict;
        check(fine, op + " after all was well: " + one.member.state());
      }
    }
    for (Node node : nodes) {
      if (node.outcast) {
        outcast(node, one);
      } else if (node.up) {
        check(
            node.member.held().base().equals(one.member.held().base()),
            node.id + " lags: " + node.member.state() + " " + one.member.state());
        check(node.member.state().leader().isPresent(), node.id + " knows no leader");
        check(
            oldCopy || !node.member.state().trouble().orElse("").contains("older registry"),
            node.id + " tells of a copy that nobody put back");
        for (String key : node.member.held().leftOvers().keySet()) {
          aside.add(key);
        }
      }
    }
    history.verify(one.member.held().base(), one.member.held().entries(), aside);
  }

  private static void outcast(Node node, Node one) {
    LedgerState state = node.member.state();
    check(!state.leads() && state.leader().isEmpty(), node.id + " is not alone: " + state);
    check(
        state.trouble().orElse("").startsWith("this gateway was forgotten by the cluster "),
        node.id + " does not know: " + state);
    check(
        one.member.state().trouble().orElse("").contains("member " + node.id + " was forgotten"),
        "nobody tells of " + node.id + ": " + one.member.state());
  }

  private String states() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      text.append("\n")
          .append(node.id)
          .append(node.up ? " up " : " down ")
          .append(node.member.state());
    }
    return text.toString();
  }

  Map<String, Integer> outcomes() {
    Map<String, Integer> counts = new HashMap<>();
    history
        .ops
        .values()
        .forEach(
            op ->
                counts.merge(
                    op.outcome.map(it -> it.getClass().getSimpleName()).orElse("none"),
                    1,
                    Integer::sum));
    return counts;
  }
}
