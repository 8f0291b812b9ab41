package dev.nexusdelta.consensus;

/**
 * What is asked of one gateway's ledger.
 *
 * @param size how many gateways the cluster is to have at least: what fewer than a majority of them
 *     have on disk is not committed
 * @param joins it is told to join others: does not begin a cluster alone, and gives up one that it
 *     is alone in for theirs
 */
public record Settings(int size, boolean joins, Writer writer) {
  /** Who of a pair may write alone. */
  public enum Writer {
    /** Nobody: both are needed. */
    NONE,
    /** This gateway. */
    THIS,
    /** The other one. */
    OTHER
  }

  /** Alone, for good. */
  public static final Settings ALONE = new Settings(1, false, Writer.NONE);

  /** Checks the size. */
  public Settings {
    if (size < 1 || size > 99) {
      throw new IllegalArgumentException(
          "cluster.size is " + size + ", expected 1 to 99: the number of gateways");
    }
    if (writer != Writer.NONE && size > 2) {
      throw new IllegalArgumentException(
          "cluster.writer is for a pair of gateways, but cluster.size is "
              + size
              + ": leave it out, a majority of three or more needs no single writer");
    }
  }
}
