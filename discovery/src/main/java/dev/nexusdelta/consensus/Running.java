package dev.nexusdelta.consensus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Member} with a clock, a disk and a network. If the disk fails, memory is ahead of
 * it for good: then it begins anew from what the disk has.
 *
 * <p>All on one Vert.x context.
 */
final class Running {
  private static final Logger LOG = LoggerFactory.getLogger(Running.class);
  private static final long ANSWER_MILLIS = 2500;
  private static final long AGAIN_MILLIS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final Ledger.Parts parts;
  private final String id;
  private final Listener listener;
  private List<String> sighted;
  private Outbox out;
  private Member member;
  private int generation;
  private boolean stopped;
  private @Nullable Throwable fault;
  private long timer = -1;

  /** Who is told. */
  interface Listener {
    /** What was committed. */
    void news(News news);

    /** A step is over: something may look different. */
    void stepped();

    /** The disk has failed: nobody knows what becomes of what is under way. */
    void broken(Throwable cause);
  }

  Running(Vertx vertx, Ledger.Parts parts, String id, Map<String, String> rows, Listener listener) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.parts = parts;
    this.id = id;
    this.listener = listener;
    this.sighted = List.of(id);
    this.out = outbox(0);
    this.member = member(rows, out);
  }

  Member member() {
    return member;
  }

  /** Why nothing can be done now. */
  @Nullable Throwable fault() {
    return stopped ? new IllegalStateException("the ledger is closed") : fault;
  }

  void begin(Runnable begun) {
    parts.transport().receive(this::received);
    timer = vertx.setPeriodic(parts.pace().tick(), tick -> run(() -> member.tick(now())));
    run(
        () -> {
          member.sighted(sighted, now());
          // After this step: then it shows how things stand.
          out.then(() -> onContext(begun));
        });
  }

  void sighted(List<String> members) {
    run(
        () -> {
          sighted = members;
          member.sighted(members, now());
        });
  }

  /** The last step. */
  void stop(Runnable end) {
    vertx.cancelTimer(timer);
    if (fault() != null) {
      stopped = true;
      end.run();
      return;
    }
    step(
        () -> {
          member.end();
          out.then(
              () -> {
                stopped = true;
                end.run();
              });
        });
  }

  /** On the context, unless nothing can be done. */
  void run(Runnable input) {
    context.runOnContext(
        v -> {
          if (fault() == null) {
            step(input);
          }
        });
  }

  void onContext(Runnable run) {
    context.runOnContext(v -> run.run());
  }

  void step(Runnable input) {
    input.run();
    out.flush();
    listener.stepped();
  }

  long now() {
    return TimeUnit.NANOSECONDS.toMillis(parts.nanos().getAsLong());
  }

  static String hex(RandomGenerator random) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Member member(Map<String, String> rows, Outbox box) {
    int mine = generation;
    Member.Parts made =
        new Member.Parts(
            id,
            id + "-" + hex(parts.random()),
            parts.settings(),
            parts.pace(),
            (to, request, answered) -> send(mine, to, request, answered),
            parts.random(),
            listener::news);
    return new Member(made, new Held(rows, box), box, now());
  }

  private Outbox outbox(int mine) {
    return new Outbox(
        (rows, done) ->
            parts
                .store()
                .save(rows)
                .onComplete(saved -> onContext(() -> saved(mine, saved, done))));
  }

  private void saved(int mine, AsyncResult<Void> saved, Runnable done) {
    if (mine != generation) {
      return;
    }
    if (saved.succeeded()) {
      step(done);
      return;
    }
    LOG.error("the registry could not be saved: {}", String.valueOf(saved.cause()));
    generation++;
    fault = saved.cause();
    listener.broken(saved.cause());
    reload();
  }

  private void reload() {
    parts.store().load().onComplete(loaded -> onContext(() -> reloaded(loaded)));
  }

  private void reloaded(AsyncResult<Map<String, String>> loaded) {
    if (stopped) {
      return;
    }
    if (loaded.failed()) {
      vertx.setTimer(AGAIN_MILLIS, t -> onContext(this::reload));
      return;
    }
    fault = null;
    out = outbox(generation);
    member = member(loaded.result(), out);
    step(() -> member.sighted(sighted, now()));
  }

  private void send(int mine, String to, Request request, Reply.Answered answered) {
    parts
        .transport()
        .send(to, Texts.text(id, request))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(ReplyTexts::reply)
        .onComplete(
            reply ->
                run(
                    () -> {
                      if (mine == generation) {
                        Runnable told =
                            reply.succeeded()
                                ? () -> reply.result().to(answered)
                                : answered::failed;
                        member.answered(now(), told);
                      }
                    }));
  }

  private Future<String> received(String text) {
    Promise<String> answer = Promise.promise();
    onContext(
        () -> {
          Throwable unable = fault();
          if (unable != null) {
            answer.fail(unable);
            return;
          }
          Consumer<Reply> told = reply -> answer.tryComplete(ReplyTexts.text(reply));
          try {
            Texts.Asked asked = Texts.asked(text);
            step(() -> member.asked(asked.from(), asked.request(), now(), told));
          } catch (RuntimeException e) {
            LOG.warn("a request of another gateway cannot be read: {}", e.toString());
            answer.tryFail(e);
          }
        });
    return answer.future();
  }
}
