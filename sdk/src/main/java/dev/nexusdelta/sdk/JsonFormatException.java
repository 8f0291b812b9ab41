package dev.nexusdelta.sdk;

/** A text is not the JSON that was expected; the message says where and why. */
public final class JsonFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonFormatException(String message) {
    super(message);
  }
}
