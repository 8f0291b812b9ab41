package dev.nexusdelta.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of a certificate now and then, and hands on what is new and good once they
 * have stopped changing: the two are never written in the same instant. What is bad is logged and
 * counted, and what was in use stays in use. Runs on worker threads, one look at a time.
 */
public final class CertificateWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final Vertx vertx;
  private final PemFiles files;
  private final Function<PemPair, Future<?>> use;
  private final Outcomes outcomes;
  private final long timer;
  private long used;
  private long seen;
  private volatile boolean closed;

  /** Told what became of each change. */
  public interface Outcomes {
    /** One more. */
    void reloaded(boolean good);
  }

  /**
   * Begins.
   *
   * @param loaded what is in use already
   * @param everyMillis between looks; a change is used after two
   * @param use puts a new pair to use
   */
  public CertificateWatch(
      Vertx vertx,
      PemFiles.Good loaded,
      long everyMillis,
      Function<PemPair, Future<?>> use,
      Outcomes outcomes) {
    this.vertx = vertx;
    this.files = loaded.files();
    this.used = loaded.print();
    this.seen = loaded.print();
    this.use = use;
    this.outcomes = outcomes;
    this.timer = vertx.setPeriodic(everyMillis, id -> look());
  }

  @Override
  public void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  private void look() {
    vertx
        .executeBlocking(this::lookNow)
        .onFailure(e -> LOG.error("the look at {} failed and is repeated", files.cert(), e));
  }

  private synchronized boolean lookNow() {
    long now = files.print();
    if (closed || now == used) {
      seen = now;
      return false;
    }
    if (now != seen) {
      // It may still be written: wait until it has stood still from one look to the next.
      seen = now;
      return false;
    }
    used = now;
    PemFiles.Reading reading = files.read();
    if (reading instanceof PemFiles.Good good) {
      use.apply(good.pair())
          .onSuccess(done -> taken(good.pair()))
          .onFailure(e -> kept(String.valueOf(e.getMessage())));
    } else if (reading instanceof PemFiles.Bad bad) {
      kept(bad.fault());
    }
    return true;
  }

  private void taken(PemPair pair) {
    LOG.info("new certificate in use: {}, until {}", pair, pair.leaf().getNotAfter().toInstant());
    outcomes.reloaded(true);
  }

  private void kept(String fault) {
    LOG.warn("the new certificate cannot be used, the one before stays in use: {}", fault);
    outcomes.reloaded(false);
  }
}
