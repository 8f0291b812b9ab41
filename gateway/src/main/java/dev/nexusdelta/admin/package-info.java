/**
 * The control plane: overview, probes, metrics and the admin API, and what an operator's files and
 * calls do to the registry.
 *
 * <p>Start at {@link dev.nexusdelta.admin.ControlPlane} (calls) and {@link
 * dev.nexusdelta.admin.FolderSync} (files). May import {@code manifest}, {@code discovery}, {@code
 * keys}, {@code host}, {@code problem}, {@code access}, {@code folders}, {@code telemetry}, {@code
 * backup}, {@code fleet}.
 */
@NullMarked
package dev.nexusdelta.admin;

import org.jspecify.annotations.NullMarked;
