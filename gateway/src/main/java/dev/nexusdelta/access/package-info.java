/**
 * Who may call from where, and where the gateway may call for others. Pure.
 *
 * <p>Start at {@link dev.nexusdelta.access.HostRule} (calls that browsers can be lured into),
 * {@link dev.nexusdelta.access.TrustedProxies} (who it is that calls) and {@link
 * dev.nexusdelta.access.AllowedAddresses} (agents that somebody else registers). May import nothing
 * of the project.
 */
@NullMarked
package dev.nexusdelta.access;

import org.jspecify.annotations.NullMarked;
