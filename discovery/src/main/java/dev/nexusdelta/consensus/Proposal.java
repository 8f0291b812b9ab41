package dev.nexusdelta.consensus;

import java.util.List;

/**
 * What a leader is asked for, all or none of it.
 *
 * @param forget member to be taken out of the roster; empty text = none
 */
record Proposal(List<Edit> edits, String forget) {
  Proposal {
    edits = List.copyOf(edits);
  }
}
