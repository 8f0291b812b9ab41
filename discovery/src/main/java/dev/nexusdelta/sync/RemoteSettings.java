package dev.nexusdelta.sync;

/**
 * Which outside registry.
 *
 * @param project of the cloud
 * @param collection whose documents are agents
 * @param emulator {@code host:port} of an emulator in its place; empty = the cloud
 */
public record RemoteSettings(String project, String collection, String emulator) {}
