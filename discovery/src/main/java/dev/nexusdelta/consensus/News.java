package dev.nexusdelta.consensus;

import java.util.List;

/**
 * What has become committed, as far as it is known here.
 *
 * @param committed the position after it
 * @param otherCluster the table is now that of another cluster: what was here has given way
 */
public record News(Position committed, List<Change> changes, boolean otherCluster) {
  /** Copies the list. */
  public News {
    changes = List.copyOf(changes);
  }
}
