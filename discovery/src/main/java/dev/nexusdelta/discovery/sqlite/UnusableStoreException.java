package dev.nexusdelta.discovery.sqlite;

/** The store's file cannot be used: names the file, the cause, and what to do about it. */
public final class UnusableStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  UnusableStoreException(String message) {
    super(message);
  }
}
