/**
 * Reading and writing JSON as a stream, and nothing more: the only package that knows the JSON
 * library.
 *
 * <p>Start at {@link dev.nexusdelta.agent.json.Json}. May import nothing of the project.
 */
@NullMarked
package dev.nexusdelta.agent.json;

import org.jspecify.annotations.NullMarked;
