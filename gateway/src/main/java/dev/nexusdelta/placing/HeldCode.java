package dev.nexusdelta.placing;

/**
 * An agent's code as a gateway has it.
 *
 * @param hash of its content
 * @param travels whether it can be sent to other gateways
 */
public record HeldCode(String hash, boolean travels) {}
