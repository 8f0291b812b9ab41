package dev.nexusdelta.host.code.compiler;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One file to compile.
 *
 * @param id chosen by the asker, comes back in the answer
 * @param source absolute path of the Java file
 * @param classPath absolute paths of jars
 * @param lastingClassPath how many of them, from the first, never change: their indexes are kept
 * @param output absolute path of the jar to write
 * @param feature the oldest Java that has to run it
 */
public record CompileRequest(
    int id,
    String source,
    List<String> classPath,
    int lastingClassPath,
    String output,
    int feature) {
  /** Copies the list. */
  public CompileRequest {
    classPath = List.copyOf(classPath);
  }

  /** Writes it to the wire. */
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(id);
    out.writeUTF(source);
    out.writeInt(classPath.size());
    for (String jar : classPath) {
      out.writeUTF(jar);
    }
    out.writeInt(lastingClassPath);
    out.writeUTF(output);
    out.writeInt(feature);
    out.flush();
  }

  /** Reads one from the wire; ends with an {@link java.io.EOFException} when the asker is gone. */
  public static CompileRequest read(DataInputStream in) throws IOException {
    int id = in.readInt();
    String source = in.readUTF();
    int count = in.readInt();
    List<String> jars = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      jars.add(in.readUTF());
    }
    return new CompileRequest(id, source, jars, in.readInt(), in.readUTF(), in.readInt());
  }
}
