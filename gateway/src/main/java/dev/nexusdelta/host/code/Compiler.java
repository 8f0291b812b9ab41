package dev.nexusdelta.host.code;

import dev.nexusdelta.host.code.compiler.CompileAnswer;
import dev.nexusdelta.host.code.compiler.CompileRequest;
import dev.nexusdelta.host.code.compiler.CompileServer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The warm compiler: one {@link CompileServer} child, started when it is needed, started again when
 * it has died, told to end when it has been idle. Blocking, thread-safe.
 */
public final class Compiler {
  private static final long PATIENCE_SECONDS = 120;

  private final JavaHome java;
  private final int threads;
  private final Path log;
  private final LongSupplier nanos;
  private final AtomicInteger ids = new AtomicInteger();
  private @Nullable Child child;
  private long lastUse;
  private boolean closed;

  /**
   * @param threads files compiled at once
   * @param log takes what the child itself complains about
   * @param nanos monotonic clock
   */
  public Compiler(JavaHome java, int threads, Path log, LongSupplier nanos) {
    this.java = java;
    this.threads = threads;
    this.log = log;
    this.nanos = nanos;
  }

  /**
   * Compiles one file for this Java or later ones; a child that dies over it is tried once more
   * with a fresh one.
   */
  CompileAnswer compile(Path source, List<Path> classPath, int lasting, Path output, int feature)
      throws IOException, InterruptedException {
    CompileRequest request =
        new CompileRequest(
            ids.incrementAndGet(),
            source.toString(),
            classPath.stream().map(Path::toString).toList(),
            lasting,
            output.toString(),
            feature);
    Child asked = child();
    CompileAnswer answer = asked.ask(request);
    return answer.failure().equals(Child.DIED) ? after(asked).ask(request) : answer;
  }

  /** A child is known to have died by its pipes before the process is known to have ended. */
  private synchronized Child after(Child died) throws IOException {
    died.process.destroyForcibly();
    if (child == died) {
      child = null;
    }
    return child();
  }

  /** Ends the child if nobody has used it for as long. */
  public void endIfIdle(long idleNanos) {
    Child idle;
    synchronized (this) {
      if (child == null || child.isBusy() || nanos.getAsLong() - lastUse < idleNanos) {
        return;
      }
      idle = child;
      child = null;
    }
    idle.close();
  }

  /** Ends the child for good. */
  public void close() {
    Child last;
    synchronized (this) {
      closed = true;
      last = child;
      child = null;
    }
    if (last != null) {
      last.close();
    }
  }

  private synchronized Child child() throws IOException {
    if (closed) {
      throw new IOException("the compiler is closed");
    }
    lastUse = nanos.getAsLong();
    Child present = child;
    if (present == null || !present.process.isAlive()) {
      present = new Child(start());
      child = present;
    }
    return present;
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            java.java(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xss2m",
            "-Xmx256m",
            "-cp",
            ownClassPath(),
            CompileServer.class.getName(),
            Integer.toString(threads))
        .redirectError(log.toFile())
        .start();
  }

  private static String ownClassPath() throws IOException {
    try {
      return Path.of(
              CompileServer.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException("cannot find the compiler's own jar", e);
    }
  }

  /** One running compiler with its pipes and the thread that reads its answers. */
  private static final class Child {
    static final String DIED = "the compiler process ended";

    private final Process process;
    private final DataOutputStream out;
    private final Map<Integer, CompletableFuture<CompileAnswer>> waiting =
        new ConcurrentHashMap<>();
    private final Thread reader;
    private volatile boolean died;

    Child(Process process) {
      this.process = process;
      this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
      this.reader = new Thread(this::read, "nexus-compiler-answers");
      reader.setDaemon(true);
      reader.start();
    }

    boolean isBusy() {
      return !waiting.isEmpty();
    }

    CompileAnswer ask(CompileRequest request) throws InterruptedException {
      CompletableFuture<CompileAnswer> answer = new CompletableFuture<>();
      waiting.put(request.id(), answer);
      try {
        synchronized (out) {
          request.write(out);
        }
        // Else the reader finds the request that waits.
        if (died) {
          return CompileAnswer.failed(request.id(), DIED);
        }
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (IOException gone) {
        return CompileAnswer.failed(request.id(), DIED);
      } catch (TimeoutException e) {
        process.destroyForcibly();
        return CompileAnswer.failed(
            request.id(), "no answer from the compiler within " + PATIENCE_SECONDS + " s");
      } catch (ExecutionException e) {
        return CompileAnswer.failed(request.id(), String.valueOf(e.getCause()));
      } finally {
        waiting.remove(request.id());
      }
    }

    private void read() {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
        while (true) {
          CompileAnswer answer = CompileAnswer.read(in);
          CompletableFuture<CompileAnswer> asker = waiting.get(answer.id());
          if (asker != null) {
            asker.complete(answer);
          }
        }
      } catch (IOException ended) {
        died = true;
        waiting.forEach((id, asker) -> asker.complete(CompileAnswer.failed(id, DIED)));
      }
    }

    void close() {
      try {
        out.close();
      } catch (IOException alreadyClosed) {
        // It is gone then, which is what is wanted.
      }
      try {
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        reader.join(2_000);
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
