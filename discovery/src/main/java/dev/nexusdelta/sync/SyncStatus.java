package dev.nexusdelta.sync;

import java.util.OptionalLong;

/**
 * How the registry and the one outside stand.
 *
 * @param known whether what is outside has been heard since the start
 * @param pending agents that are not alike on both sides, as far as is known
 * @param sinceNanos since when the one that has waited for the longest does, monotonic
 * @param trouble why the outside registry cannot be reached; empty = it can
 * @param held most documents are gone, and nobody has said yet that this is meant so
 */
public record SyncStatus(
    boolean known, int pending, OptionalLong sinceNanos, String trouble, boolean held) {}
