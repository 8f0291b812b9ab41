package dev.nexusdelta.sync;

import java.util.List;

/**
 * All documents as of one moment.
 *
 * @param readTime that moment, in the form of {@link RemoteDocument#updateTime}: a document that is
 *     missing was deleted only if it is known from before
 */
public record RemoteSnapshot(String readTime, List<RemoteDocument> documents) {
  /** Copies the list. */
  public RemoteSnapshot {
    documents = List.copyOf(documents);
  }
}
