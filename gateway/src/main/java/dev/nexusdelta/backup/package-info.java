/**
 * What a registry holds as one document, and what it takes to make a registry hold it again.
 *
 * <p>Start at {@link dev.nexusdelta.backup.Backup}, {@link dev.nexusdelta.backup.BackupReader} and
 * {@link dev.nexusdelta.backup.RestorePlan}. May import {@code manifest}, {@code discovery}. Reads
 * and writes no file and no clock.
 */
@NullMarked
package dev.nexusdelta.backup;

import org.jspecify.annotations.NullMarked;
