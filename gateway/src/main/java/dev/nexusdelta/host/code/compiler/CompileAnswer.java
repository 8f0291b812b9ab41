package dev.nexusdelta.host.code.compiler;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of one request: a jar, or faults of the source, or a failure of the compiler itself.
 *
 * @param id of the request
 * @param mainClass class that the source is named after; empty text unless it was compiled
 * @param faults errors of the source with their places
 * @param failure why the compiler could not do its work; empty text = it could
 */
public record CompileAnswer(int id, String mainClass, List<Fault> faults, String failure) {
  private static final int LONGEST_TEXT = 8_000;

  /** Copies the list. */
  public CompileAnswer {
    faults = List.copyOf(faults);
  }

  /** One error; line and column from 1, 0 = unknown. */
  public record Fault(int line, int column, String message) {}

  static CompileAnswer compiled(int id, String mainClass) {
    return new CompileAnswer(id, mainClass, List.of(), "");
  }

  static CompileAnswer faulty(int id, List<Fault> faults) {
    return new CompileAnswer(id, "", faults, "");
  }

  /** The compiler itself failed. */
  public static CompileAnswer failed(int id, String failure) {
    return new CompileAnswer(id, "", List.of(), failure);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(id);
    out.writeUTF(mainClass);
    out.writeInt(faults.size());
    for (Fault fault : faults) {
      out.writeInt(fault.line());
      out.writeInt(fault.column());
      out.writeUTF(cut(fault.message()));
    }
    out.writeUTF(cut(failure));
    out.flush();
  }

  /** Reads one from the wire. */
  public static CompileAnswer read(DataInputStream in) throws IOException {
    int id = in.readInt();
    String mainClass = in.readUTF();
    int count = in.readInt();
    List<Fault> faults = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      faults.add(new Fault(in.readInt(), in.readInt(), in.readUTF()));
    }
    return new CompileAnswer(id, mainClass, faults, in.readUTF());
  }

  /** The wire's strings end at 64 KiB of UTF-8. */
  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
