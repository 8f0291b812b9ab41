/**
 * How gateways of one cluster know each other's calls and questions: what one sends to another
 * carries a proof, made with the cluster's secret, that holds once, for a few seconds, and for this
 * request.
 *
 * <p>Start at {@link dev.nexusdelta.hop.HopGate} (who is called) and {@link
 * dev.nexusdelta.hop.HopSigner} (who calls). May import nothing of the project. No I/O; time and
 * randomness are given.
 */
@NullMarked
package dev.nexusdelta.hop;

import org.jspecify.annotations.NullMarked;
