package dev.nexusdelta.cli.process;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import sun.misc.Signal;

/**
 * What wants this command to do something else: signals and the end of a process, one after the
 * other. From {@link #install} on, signals do not end the command any more.
 */
public final class Interrupts {
  private final BlockingQueue<Interrupt> queue = new LinkedBlockingQueue<>();

  /** One of them. */
  public enum Interrupt {
    /** Ctrl-C. */
    CTRL_C,
    /** SIGTERM, or the terminal is gone. */
    TERMINATE,
    /** The watched process has ended. */
    ENDED
  }

  private Interrupts() {}

  /** Takes over the handling of signals. */
  public static Interrupts install() {
    Interrupts interrupts = new Interrupts();
    interrupts.on("INT", Interrupt.CTRL_C);
    List.of("TERM", "HUP").forEach(name -> interrupts.on(name, Interrupt.TERMINATE));
    return interrupts;
  }

  private void on(String signal, Interrupt interrupt) {
    Signal.handle(new Signal(signal), ignored -> queue.add(interrupt));
  }

  /** Reports this process's end too. */
  public void watch(Process process) {
    process.onExit().thenRun(() -> queue.add(Interrupt.ENDED));
  }

  /** The next one. */
  public Interrupt next() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Interrupt.TERMINATE;
    }
  }

  /** Whether there is one that has not been taken. */
  public boolean pending() {
    return !queue.isEmpty();
  }
}
