package dev.nexusdelta.agent.tools;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who runs the call of a stream. */
interface StreamOwner {
  /** Sends the head; null if the call was answered otherwise meanwhile. */
  Outlet.@Nullable Stream begin(StreamFormat format) throws IOException;

  /** It failed before its head: an ordinary failure. */
  void failedEarly(Throwable cause);

  /** The problem that tells of a failure after the head, as JSON. */
  byte[] problem(Throwable cause);

  /** Nothing more comes. */
  void ended();
}
