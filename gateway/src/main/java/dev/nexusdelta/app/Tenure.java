package dev.nexusdelta.app;

import dev.nexusdelta.app.handover.Incumbent;
import dev.nexusdelta.fleet.FleetReader;
import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.load.LoadReport;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terms of this process, one after the other: at any time the present one, or the last one
 * while a successor is on its way. Thread-safe.
 */
final class Tenure {
  private static final Logger log = LoggerFactory.getLogger(Tenure.class);

  /** Longest wait for keyed calls to end before their store changes hands. */
  private static final Duration KEYED = Duration.ofSeconds(5);

  private final Frame frame;
  private final Duration each;
  private final CurrentFleet fleet;
  private final CurrentKeys keys;

  /** One at a time begins or ends a term. */
  private final Object turn = new Object();

  private volatile Term term;

  /** Of the present term. */
  private volatile OpenClaims keyed;

  private Tenure(Frame frame, Duration each, Term first) {
    this.frame = frame;
    this.each = each;
    this.term = first;
    this.keyed = new OpenClaims(first.keyed());
    this.fleet = new CurrentFleet(first.fleet());
    this.keys = new CurrentKeys(first.keys());
  }

  /**
   * Begins the first term.
   *
   * @param each longest wait for one part to end
   */
  static Tenure begin(DataFolder data, Frame frame, Duration each) throws Exception {
    return new Tenure(frame, each, Term.begin(data, frame, each));
  }

  /** Of whichever term. */
  FleetReader fleet() {
    return fleet;
  }

  /** Of whichever term. */
  KeyStore keys() {
    return keys;
  }

  /** Of whichever term. */
  KeyedCalls keyed() {
    return new KeyedCalls() {
      @Override
      public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
        return keyed.claim(key, print, requestId);
      }

      @Override
      public Future<Void> end(Claim mine, ClaimState end) {
        return keyed.end(mine, end);
      }

      @Override
      public Future<Void> release(Claim mine) {
        return keyed.release(mine);
      }
    };
  }

  Term term() {
    return term;
  }

  /** Takes any request of the control plane. */
  void control(HttpServerRequest request) {
    term.control().handle(request);
  }

  /** Takes what callers may ask while operators have a listener of their own. */
  void callers(HttpServerRequest request) {
    term.control().callers(request);
  }

  /** Takes what another gateway asks. */
  void questions(HttpServerRequest request) {
    term.control().questions(request);
  }

  /** Tells all gateways of this one's load, in whichever term. */
  Future<Void> report(LoadReport load) {
    return term.report(load);
  }

  /** The gateway serves. */
  void serving() throws IOException {
    term.serving(frame.standing().announcement(frame.world().clock().instant()));
  }

  /** Ends the present term, if it has not ended. */
  void end() throws IOException {
    synchronized (turn) {
      if (!term.end(each)) {
        throw new IOException("not all of it ended in order, see above");
      }
    }
  }

  /**
   * How a successor gets all of it.
   *
   * @param ending whether the process ends anyway
   * @param leave ends the process once calls have gone elsewhere
   */
  Incumbent incumbent(BooleanSupplier ending, Runnable leave) {
    return new Incumbent() {
      @Override
      public Map<String, Integer> release() {
        return Tenure.this.release(ending);
      }

      @Override
      public boolean takeBack() {
        return Tenure.this.takeBack(ending);
      }

      @Override
      public void leave() {
        leave.run();
      }
    };
  }

  private Map<String, Integer> release(BooleanSupplier ending) {
    synchronized (turn) {
      if (ending.getAsBoolean()) {
        throw new IllegalStateException("it is ending");
      }
      log.info("handing over to a successor");
      keepAnswers();
      Map<String, Integer> routable = term.routable();
      try {
        term.handOver(each);
      } catch (IOException e) {
        log.warn("the data folder was not given up in order: {}", e.getMessage());
      }
      return routable;
    }
  }

  /** Answers of keyed calls in flight are kept here, as the successor cannot know them. */
  private void keepAnswers() {
    OpenClaims present = keyed;
    present.close();
    int left = present.await(KEYED, frame.world().nanos());
    if (left > 0) {
      log.warn("hands over while {} keyed calls run: their answers are not kept", left);
    }
  }

  private boolean takeBack(BooleanSupplier ending) {
    synchronized (turn) {
      if (ending.getAsBoolean()) {
        return true;
      }
      DataFolder data;
      try {
        data = DataFolder.open(frame.settings().data());
      } catch (IOException taken) {
        return false;
      }
      try {
        Term next = Term.begin(data, frame, each);
        term = next;
        keyed = new OpenClaims(next.keyed());
        fleet.is(next.fleet());
        keys.is(next.keys());
      } catch (Exception e) {
        log.error("what was handed over cannot be taken back yet", e);
        return false;
      }
      try {
        serving();
      } catch (IOException e) {
        log.error("command lines are not told where this gateway is", e);
      }
      log.info("goes on as before: the successor is gone");
      return true;
    }
  }
}
