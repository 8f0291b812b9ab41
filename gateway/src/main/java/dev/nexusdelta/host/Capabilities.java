package dev.nexusdelta.host;

/**
 * What a host can do.
 *
 * @param choosesVictims heeds the preferred victims of {@code apply}
 * @param restartsByItself the engine behind it restarts what ends; the host adds no back-off of its
 *     own
 * @param countable false for agents that run elsewhere: their number is what their addresses say
 */
public record Capabilities(boolean choosesVictims, boolean restartsByItself, boolean countable) {}
