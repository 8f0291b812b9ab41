package dev.nexusdelta.sdk;

import java.net.URI;

/** Nobody answers at the gateway's address, or the connection broke before the answer was whole. */
public final class UnreachableException extends NexusException {
  private static final long serialVersionUID = 1L;
  private final boolean connected;

  UnreachableException(URI gateway, String reason, boolean connected, Throwable cause) {
    super(
        (connected ? "no whole answer came from the gateway at " : "no gateway answers at ")
            + gateway
            + ": "
            + reason,
        cause);
    this.connected = connected;
  }

  /**
   * Whether a connection was made: then the request may have been carried out; otherwise certainly
   * not.
   */
  public boolean connected() {
    return connected;
  }
}
