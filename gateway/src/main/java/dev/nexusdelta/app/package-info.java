/**
 * The gateway process: settings, and the one place where all parts are made and joined.
 *
 * <p>Start at {@link dev.nexusdelta.app.Gateway}. May import everything but {@code cli}.
 */
@NullMarked
package dev.nexusdelta.app;

import org.jspecify.annotations.NullMarked;
