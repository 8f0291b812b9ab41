package dev.nexusdelta.consensus;

import java.util.List;

/**
 * What a leader is asked for.
 *
 * @param forget member to be taken out of the roster; empty text = none
 */
record Proposal(List<Edit> edits, String forget) {
  Proposal {
    edits = List.copyOf(edits);
  }
}
