/**
 * Who may call without a key: pure checks shared by the data plane and the admin API.
 *
 * <p>Start at {@link dev.nexusdelta.access.HostRule}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.access;

import org.jspecify.annotations.NullMarked;
