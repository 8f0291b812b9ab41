/**
 * The registry's embedded store: one SQLite file in the data folder.
 *
 * <p>Start at {@link dev.nexusdelta.discovery.sqlite.SqliteStore}. May import {@code manifest},
 * {@code discovery}; the only home of JDBC.
 */
@NullMarked
package dev.nexusdelta.discovery.sqlite;

import org.jspecify.annotations.NullMarked;
