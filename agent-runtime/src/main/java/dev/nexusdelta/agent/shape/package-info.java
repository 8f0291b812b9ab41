/**
 * Java types as JSON: what may be a parameter or a result, its JSON Schema (2020-12), how it is
 * read with every fault named, how it is written.
 *
 * <p>Start at {@link dev.nexusdelta.agent.shape.Shape}, made by {@link
 * dev.nexusdelta.agent.shape.Shapes}. May import {@code json}.
 */
@NullMarked
package dev.nexusdelta.agent.shape;

import org.jspecify.annotations.NullMarked;
