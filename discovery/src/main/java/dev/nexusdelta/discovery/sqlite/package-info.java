/**
 * What is durable in the data folder, each in one SQLite file: the registry, and what became of
 * keyed calls.
 *
 * <p>Start at {@link dev.nexusdelta.discovery.sqlite.SqliteAcceptor} and {@link
 * dev.nexusdelta.discovery.sqlite.SqliteClaims}. May import {@code consensus}, {@code keyed}; the
 * only home of JDBC.
 */
@NullMarked
package dev.nexusdelta.discovery.sqlite;

import org.jspecify.annotations.NullMarked;
