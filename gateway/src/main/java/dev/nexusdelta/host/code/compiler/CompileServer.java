package dev.nexusdelta.host.code.compiler;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Program of the compiler's child process: reads {@link CompileRequest}s from standard input,
 * writes {@link CompileAnswer}s to standard output in the order they are finished, and ends when
 * its input ends: so it never outlives the gateway, however that dies.
 */
public final class CompileServer {
  private CompileServer() {}

  /** Serves until the input ends; the one argument is how many files are compiled at once. */
  public static void main(String[] args) throws IOException {
    int threads = Integer.parseInt(args[0]);
    try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
      serve(in, out, threads);
    }
  }

  private static void serve(DataInputStream in, DataOutputStream out, int threads)
      throws IOException {
    ThreadLocal<SourceCompiler> compilers = ThreadLocal.withInitial(SourceCompiler::new);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      while (true) {
        CompileRequest request = CompileRequest.read(in);
        pool.execute(() -> answer(compilers.get(), request, out));
      }
    } catch (EOFException gone) {
      // The gateway is gone or wants no more: nobody waits for what is still being compiled.
    } finally {
      pool.shutdownNow();
    }
  }

  private static void answer(
      SourceCompiler compiler, CompileRequest request, DataOutputStream out) {
    CompileAnswer answer;
    try {
      answer = compiler.compile(request);
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      answer = CompileAnswer.failed(request.id(), e.toString());
    }
    synchronized (out) {
      try {
        answer.write(out);
      } catch (IOException gone) {
        // Nobody reads any more; the input ends in the same moment and ends the program.
      }
    }
  }
}
