package dev.nexusdelta.agent;

import org.jspecify.annotations.Nullable;

/**
 * A tool as a lambda.
 *
 * @param <I> record of the parameters
 * @param <O> result
 */
@FunctionalInterface
public interface ToolFunction<I, O> {
  /**
   * Answers one call; may block, may be called by many threads at once.
   *
   * @throws Exception see {@link ToolException}
   */
  @Nullable O call(I input) throws Exception;

  /**
   * A tool as a lambda that wants to know about its call.
   *
   * @param <I> record of the parameters
   * @param <O> result
   */
  @FunctionalInterface
  interface WithContext<I, O> {
    /**
     * Answers one call.
     *
     * @throws Exception see {@link ToolException}
     */
    @Nullable O call(I input, ToolContext context) throws Exception;
  }
}
