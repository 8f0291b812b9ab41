/**
 * The certificate that the gateway shows its callers: read from PEM files, checked before it is
 * used, and read again when the files change.
 *
 * <p>Start at {@link dev.nexusdelta.tls.PemFiles}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.tls;

import org.jspecify.annotations.NullMarked;
