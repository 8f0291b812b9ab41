package dev.nexusdelta.manifest;

/**
 * One thing that is wrong with a manifest.
 *
 * @param line from 1; 0 = it has no place in a text (a patch)
 * @param column from 1, in characters; 0 likewise
 * @param pointer JSON pointer (RFC 6901) to the value; empty text = the whole document
 * @param message names the key, the bad value, what was expected and what to write instead; never
 *     the value of an environment variable
 */
public record ManifestFault(int line, int column, String pointer, String message) {

  /** {@code line:column: message}, ready to be put behind a file name and a colon. */
  @Override
  public String toString() {
    return line == 0 ? message : line + ":" + column + ": " + message;
  }
}
