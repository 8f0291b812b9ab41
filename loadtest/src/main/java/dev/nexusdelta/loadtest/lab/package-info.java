/**
 * What a load test records and judges, without the load generator: latencies, the fleet's reaction,
 * verdicts, summary, picture.
 *
 * <p>Start at {@link dev.nexusdelta.loadtest.lab.LabRun}. May import nothing of the project: a
 * gateway is spoken to over HTTP.
 */
@NullMarked
package dev.nexusdelta.loadtest.lab;

import org.jspecify.annotations.NullMarked;
