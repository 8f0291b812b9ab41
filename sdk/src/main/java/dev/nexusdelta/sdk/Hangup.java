package dev.nexusdelta.sdk;

import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Gives an exchange up from another thread. The gateway notices, and ends the call at the agent.
 */
final class Hangup {
  private @Nullable Socket socket;
  private boolean over;

  /**
   * Names the connection to end.
   *
   * @throws IOException if the exchange was given up already
   */
  synchronized void on(Socket connection) throws IOException {
    if (over) {
      throw new IOException("the call was given up");
    }
    socket = connection;
  }

  /** Gives up; without effect on an exchange that has ended. */
  void now() {
    Socket open;
    synchronized (this) {
      over = true;
      open = socket;
    }
    if (open != null) {
      Wire.close(open);
    }
  }
}
