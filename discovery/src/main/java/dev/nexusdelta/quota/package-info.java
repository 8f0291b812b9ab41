/**
 * How often each key may be used: exact at one gateway, and shared between those of a cluster.
 * Pure.
 *
 * <p>Start at {@link dev.nexusdelta.quota.KeyQuota} (one key at one gateway), then {@link
 * dev.nexusdelta.quota.QuotaSharing} (which part of it each gateway has). May import keys.
 */
@NullMarked
package dev.nexusdelta.quota;

import org.jspecify.annotations.NullMarked;
