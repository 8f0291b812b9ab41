package dev.nexusdelta.admin;

/** A gateway is not forgotten, as it is there. */
public final class GatewayPresentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names it. */
  public GatewayPresentException(String gateway) {
    super("gateway '" + gateway + "' is there: only one that is gone for good can be forgotten");
  }
}
