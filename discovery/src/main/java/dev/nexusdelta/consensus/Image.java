package dev.nexusdelta.consensus;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A member's table as another takes it over.
 *
 * @param from the committed position that the other has; {@code START} = this is all of it
 * @param base the committed position of this one
 * @param changed entries written after {@code from}
 * @param keys all there are at {@code base}: others are deleted
 * @param tail what was written after {@code base}
 */
record Image(
    String cluster,
    Position from,
    Position base,
    Map<String, Entry> changed,
    Set<String> keys,
    List<Batch> tail) {}
