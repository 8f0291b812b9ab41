/**
 * What hosts that start replicas themselves have in common: so many are wanted, so many are there,
 * and the difference is started and stopped, one engine or another.
 *
 * <p>Start at {@link dev.nexusdelta.host.supervision.Supervisor}; an engine is a {@link
 * dev.nexusdelta.host.supervision.Runner}. May import {@code manifest}, {@code discovery}
 * (records), {@code host}, {@code scaling}.
 */
@NullMarked
package dev.nexusdelta.host.supervision;

import org.jspecify.annotations.NullMarked;
