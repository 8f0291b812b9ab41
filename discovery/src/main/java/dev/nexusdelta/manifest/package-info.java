/**
 * What an agent is: the manifest {@code agent.yaml} as checked, immutable records, read from YAML
 * or JSON and written back.
 *
 * <p>Start at {@link dev.nexusdelta.manifest.Manifest}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.manifest;

import org.jspecify.annotations.NullMarked;
