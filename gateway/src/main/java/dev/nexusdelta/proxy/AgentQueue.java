package dev.nexusdelta.proxy;

import dev.nexusdelta.proxy.WaitingRoom.Ticket;
import dev.nexusdelta.proxy.WaitingRoom.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for one agent on one event loop, the nearest deadline first. They stand in
 * lines: those whom any replica serves, those of each tool with a limit of its own, and those who
 * were elsewhere before and need a replica that they have not tried. Whoever cannot go on says
 * nothing about the other lines. Each step costs O(log n).
 */
final class AgentQueue {
  /** The line of those who need an untried replica; no tool's name. */
  static final String CHOOSY = "\u0000";

  /** So many of the choosy ones are asked when one place becomes free; each may need another. */
  private static final int ASKED = 32;

  private final Map<String, TreeSet<Ticket>> lines = new HashMap<>();
  private final Set<Ticket> asTheyCame = new LinkedHashSet<>();

  boolean isEmpty() {
    return asTheyCame.isEmpty();
  }

  int size() {
    return asTheyCame.size();
  }

  /** The one who has waited for the longest time; there must be one. */
  Ticket oldest() {
    return asTheyCame.iterator().next();
  }

  /** Whether somebody stands in that line. */
  boolean hasLine(String line) {
    return lines.containsKey(line);
  }

  void add(Ticket ticket) {
    lines.computeIfAbsent(ticket.line(), key -> new TreeSet<>()).add(ticket);
    asTheyCame.add(ticket);
  }

  boolean remove(Ticket ticket) {
    TreeSet<Ticket> line = lines.get(ticket.line());
    if (line == null || !line.remove(ticket)) {
      return false;
    }
    asTheyCame.remove(ticket);
    if (line.isEmpty()) {
      lines.remove(ticket.line());
    }
    return true;
  }

  /**
   * Gives turns until no line goes on.
   *
   * @param gone is told of those who go; they may have left by themselves
   */
  void wake(Consumer<Ticket> gone) {
    List<Cursor> open = new ArrayList<>(lines.size());
    lines.keySet().forEach(line -> open.add(new Cursor(line)));
    while (true) {
      Cursor next = null;
      Ticket ticket = null;
      for (Cursor each : open) {
        Ticket front = each.front();
        if (front != null && (ticket == null || front.compareTo(ticket) < 0)) {
          ticket = front;
          next = each;
        }
      }
      if (next == null || ticket == null) {
        return;
      }
      Turn turn = ticket.waiter().turn();
      if (turn == Turn.NONE_FREE) {
        return;
      }
      if (turn == Turn.GONE) {
        gone.accept(ticket);
      } else {
        next.waits(ticket);
      }
    }
  }

  /** Where the turns of one line have come to. */
  private final class Cursor {
    private final String line;
    private @Nullable Ticket last;
    private int asked;
    private boolean closed;

    Cursor(String line) {
      this.line = line;
    }

    @Nullable Ticket front() {
      TreeSet<Ticket> waiting = closed ? null : lines.get(line);
      if (waiting == null) {
        return null;
      }
      return last == null ? waiting.first() : waiting.higher(last);
    }

    void waits(Ticket ticket) {
      // In a tool's line all wait for the same.
      last = ticket;
      asked++;
      closed = !line.equals(CHOOSY) || asked >= ASKED;
    }
  }
}
