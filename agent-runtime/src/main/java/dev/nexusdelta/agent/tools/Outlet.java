package dev.nexusdelta.agent.tools;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the outcome of one call goes: one answer, or the head of a stream and then the stream. */
public interface Outlet {
  /** How the caller wants streams; null = collected into one ordinary answer. */
  @Nullable StreamFormat streams();

  /** Sends the one answer. */
  void answer(Answer answer);

  /**
   * Sends the head of a stream. The stream is for one thread at a time; it must be ended or cut.
   *
   * @throws IOException if the caller has left; then there is nothing to end
   */
  Stream begin(StreamFormat format) throws IOException;

  /** A stream under way. Writing blocks while the caller does not read. */
  interface Stream {
    /**
     * Writes, perhaps only into a buffer.
     *
     * @throws IOException if the caller has left, or has not read for too long
     */
    void write(byte[] bytes) throws IOException;

    /**
     * Hands all that was written to the caller.
     *
     * @throws IOException as {@link #write}
     */
    void flush() throws IOException;

    /** Ends it as a whole one. */
    void end();

    /** Breaks the connection, so that nobody takes it for a whole one. */
    void cut();
  }
}
