package dev.nexusdelta.fleet;

/**
 * What one probe found.
 *
 * @param ready the replica may take calls
 * @param accepts its port took the connection
 * @param portOnly it has no health route: that the port accepts is all that is known
 * @param reason why it is not ready; empty if it is
 */
record ProbeResult(boolean ready, boolean accepts, boolean portOnly, String reason) {}
