package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keyed calls in flight when the store changes hands. */
@Timeout(30)
class OpenClaimsKeyedCallsTest {
  private static final CallKey KEY = new CallKey(CallKey.Caller.ANONYMOUS, "math", "k");
  private static final Fingerprint PRINT = new Fingerprint("0");
  private static final Claim CLAIM = Claim.begun(KEY, PRINT, "gw/1/1", "r", 1);
  private static final ClaimState END = new ClaimState.NotKept(200);

  private final Promise<KeyedCalls.Standing> claimed = Promise.promise();
  private final Promise<Void> stored = Promise.promise();
  private final List<Claim> released = new ArrayList<>();
  private final OpenClaims open =
      new OpenClaims(
          new KeyedCalls() {
            @Override
            public Future<Standing> claim(CallKey key, Fingerprint print, String requestId) {
              return claimed.future();
            }

            @Override
            public Future<Void> end(Claim mine, ClaimState end) {
              return stored.future();
            }

            @Override
            public Future<Void> release(Claim mine) {
              released.add(mine);
              return Future.succeededFuture();
            }
          });

  private Future<KeyedCalls.Standing> claim() {
    return open.claim(KEY, PRINT, "r");
  }

  /** Does not wait. */
  private int left() {
    return open.await(Duration.ZERO, System::nanoTime);
  }

  @Test
  void waitsUntilTheEndIsStored() throws Exception {
    claimed.complete(new KeyedCalls.Mine(CLAIM));
    assertThat(claim().succeeded()).isTrue();
    open.close();
    assertThat(left()).isEqualTo(1);
    open.end(CLAIM, END);
    assertThat(left()).isEqualTo(1);
    Thread disk = new Thread(stored::complete);
    disk.start();
    assertThat(open.await(Duration.ofSeconds(20), System::nanoTime)).isZero();
    disk.join();
  }

  @Test
  void givesUpInTheEnd() {
    claimed.complete(new KeyedCalls.Mine(CLAIM));
    claim();
    open.close();
    assertThat(open.await(Duration.ofMillis(30), System::nanoTime)).isEqualTo(1);
    open.release(CLAIM);
    assertThat(left()).isZero();
  }

  @Test
  void refusesAtOnceWhenClosed() {
    open.close();
    assertThat(claim().failed()).isTrue();
    assertThat(left()).isZero();
  }

  @Test
  void freesAKeyThatWasGotTooLate() {
    Future<KeyedCalls.Standing> late = claim();
    open.close();
    assertThat(left()).isEqualTo(1);
    claimed.complete(new KeyedCalls.Mine(CLAIM));
    assertThat(late.failed()).isTrue();
    assertThat(released).containsExactly(CLAIM);
    assertThat(left()).isZero();
  }

  @Test
  void doesNotWaitForCallsThatWereNotTheirs() {
    claimed.complete(new KeyedCalls.Over(CLAIM));
    assertThat(claim().succeeded()).isTrue();
    assertThat(left()).isZero();
    stored.complete();
    open.end(CLAIM, END);
    assertThat(left()).isZero();
  }
}
