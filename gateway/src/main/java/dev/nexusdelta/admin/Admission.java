package dev.nexusdelta.admin;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.KeyUses;
import java.util.random.RandomGenerator;

/**
 * What decides who may come in.
 *
 * @param token permits everything
 * @param hosts names that are served to callers without a key
 * @param uses is told when keys are used
 * @param open whether overview and metrics need no key as long as none exists
 * @param random a cryptographic source
 */
public record Admission(
    AdminToken token,
    HostRule hosts,
    KeyStore keys,
    KeyUses uses,
    boolean open,
    RandomGenerator random) {}
