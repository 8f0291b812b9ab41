package dev.nexusdelta.cli.shell;

import java.util.HashMap;
import java.util.Map;

/**
 * Says how long work goes on: on a terminal one line that changes, elsewhere one line per change.
 * Not thread-safe.
 */
public final class Progress implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";
  private final Shell shell;
  private final Map<String, String> said = new HashMap<>();
  private boolean lineOpen;

  /** Progress on the shell's {@code err}. */
  public Progress(Shell shell) {
    this.shell = shell;
  }

  /** Where {@code what} stands now; said once per change. */
  public void step(String what, String state) {
    if (state.equals(said.put(what, state))) {
      return;
    }
    String line = what + ": " + state;
    if (shell.terminal()) {
      shell.err().print(ERASE + line);
      shell.err().flush();
      lineOpen = true;
    } else {
      shell.say(line);
    }
  }

  /** A line that stays. */
  public void line(String text) {
    close();
    shell.say(text);
  }

  /** Takes the changing line away. */
  @Override
  public void close() {
    if (lineOpen) {
      shell.err().print(ERASE);
      shell.err().flush();
      lineOpen = false;
    }
  }
}
