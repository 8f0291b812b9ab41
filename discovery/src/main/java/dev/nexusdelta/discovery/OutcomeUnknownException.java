package dev.nexusdelta.discovery;

/** A change was under way when the cluster's leader was lost: it may hold now, later, or never. */
public final class OutcomeUnknownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why, and what to do. */
  public OutcomeUnknownException(String what, String why) {
    super(
        "it is not known whether the change of "
            + what
            + " holds ("
            + why
            + "): read it again; with its revision in If-Match the change can be repeated safely");
  }
}
