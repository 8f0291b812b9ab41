package dev.nexusdelta.cli.shell;

import java.util.ArrayList;
import java.util.List;

/** Columns for people. The last column is never padded. Not thread-safe. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Starts with the heads of the columns. */
  public Table(String... heads) {
    rows.add(List.of(heads));
  }

  /** Adds a row; empty cells are shown as {@code -}. */
  public Table row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(cell.isEmpty() ? "-" : cell.replace('\n', ' '));
    }
    rows.add(row);
    return this;
  }

  /** Whether there is a row below the heads. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The lines, each with its end. */
  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        text.append(row.get(i));
        if (i < columns - 1) {
          text.append(" ".repeat(widths[i] - length(row.get(i)) + 2));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
