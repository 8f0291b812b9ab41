package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Over a table that may have done what it says it failed to do, as one whose member dies meanwhile:
 * everything is tried once more at once, where a claim that was entered finds itself. What a claim
 * that is given up may have left, and an end that may not be known, are seen to until they are.
 *
 * <p>Without that, a key whose claim was entered unnoticed would be in progress for good. Nothing
 * can run twice by it: only the one whose owner is the claim's own is ever taken for it, or taken
 * out. Thread-safe.
 */
public final class InsistentTable implements ClaimTable {
  private static final Logger LOG = LoggerFactory.getLogger(InsistentTable.class);

  private final ClaimTable table;
  private final Consumer<Runnable> later;

  /**
   * Over that table.
   *
   * @param later runs something after a moment; not any more once the table is closed
   */
  public InsistentTable(ClaimTable table, Consumer<Runnable> later) {
    this.table = table;
    this.later = later;
  }

  /**
   * {@inheritDoc}
   *
   * <p>If it fails, the claim does not hold: it was not entered, or is on its way out.
   */
  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim) {
    return entered(claim)
        .recover(
            unsure ->
                entered(claim)
                    .onFailure(
                        again -> {
                          LOG.warn(
                              "whether the key of call {} is claimed is not known, it is given up:"
                                  + " {}",
                              claim.requestId(),
                              again.toString());
                          insist(claim, null);
                        }));
  }

  private Future<@Nullable Claim> entered(Claim claim) {
    return table
        .putIfAbsent(claim)
        .map(there -> there != null && there.owner().equals(claim.owner()) ? null : there);
  }

  /**
   * {@inheritDoc}
   *
   * <p>If it fails, it is repeated all the same.
   */
  @Override
  public Future<Void> end(Claim claim, @Nullable Claim end) {
    return insist(claim, end);
  }

  private Future<Void> insist(Claim claim, @Nullable Claim end) {
    return table
        .end(claim, end)
        .recover(once -> table.end(claim, end))
        .onFailure(
            unsure -> {
              LOG.debug(
                  "the end of call {} is told again: {}", claim.requestId(), unsure.toString());
              later.accept(() -> insist(claim, end));
            });
  }

  @Override
  public void watch(Consumer<Change> seen) {
    table.watch(seen);
  }
}
