package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.shape.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands a tool's items to the caller as they come. At most {@link #WINDOW} items are asked for
 * beyond those that the socket took, so that memory stays constant however slow the caller is.
 *
 * <p>Signals come on any thread and only leave a note; one worker at a time writes, and only while
 * there is something to write: a stream that waits for its next item holds no thread. An item that
 * the publisher gives on the writing thread itself, within {@code request}, is written at once.
 *
 * <p>Of a caller who left only a failed write tells. So a silent stream gets a heartbeat, also
 * while the writing thread waits within {@code request}; a lock keeps the two apart.
 */
final class ToolStream implements Flow.Subscriber<Object> {
  static final int WINDOW = 16;

  private final Shape shape;
  private final StreamFormat format;
  private final Call call;
  private final Workers workers;
  private final StreamOwner owner;
  private final Deque<Object> queue = new ArrayDeque<>();
  private final AtomicInteger notes = new AtomicInteger();
  private final Heartbeat heartbeat;
  // Held by whoever writes; the heartbeat does not wait for it.
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Thread writer;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean over;
  private volatile long requested;
  // Of the publisher alone, whose signals come one after another.
  private long received;
  // Under the lock.
  private Outlet.@Nullable Stream out;
  private long written;

  /**
   * @param shape of an item
   */
  ToolStream(
      Shape shape,
      StreamFormat format,
      Call call,
      Workers workers,
      Heartbeat heartbeat,
      StreamOwner owner) {
    this.shape = shape;
    this.format = format;
    this.call = call;
    this.workers = workers;
    this.heartbeat = heartbeat;
    this.owner = owner;
  }

  /** Only the latest is kept while the caller does not read. */
  void progress(Progress latest) {
    if (!over) {
      synchronized (queue) {
        if (queue.peekLast() instanceof Progress) {
          queue.removeLast();
        }
        queue.add(latest);
      }
      wake();
    }
  }

  /** The tool failed, before or within its stream. */
  void fail(Throwable cause) {
    failure = cause;
    wake();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription != null || over) {
      given.cancel();
      return;
    }
    subscription = given;
    call.onCancel(this::abandon);
    wake();
  }

  @Override
  public void onNext(Object item) {
    received++;
    if (received > requested) {
      fail(new IllegalStateException("the publisher gave more items than were asked for"));
      return;
    }
    synchronized (queue) {
      queue.add(item);
    }
    if (Thread.currentThread() == writer) {
      write();
    } else {
      wake();
    }
  }

  @Override
  public void onError(Throwable cause) {
    fail(cause);
  }

  @Override
  public void onComplete() {
    complete = true;
    wake();
  }

  private void wake() {
    if (notes.getAndIncrement() == 0 && !workers.start(this::work)) {
      failure = new Busy();
      work();
    }
  }

  private void work() {
    int seen = notes.get();
    do {
      writer = Thread.currentThread();
      try {
        write();
        requestMore();
      } finally {
        writer = null;
        seen = notes.addAndGet(-seen);
      }
    } while (seen != 0);
  }

  /** Writes what is there, and the end if it has come. */
  private void write() {
    // Read first: what came before the end is in the queue by then.
    boolean last = complete;
    Throwable cause = failure;
    writing.lock();
    try {
      if (over) {
        return;
      }
      boolean some = false;
      for (Object each = next(); each != null; each = next()) {
        if (!open()) {
          return;
        }
        put(each);
        some = true;
      }
      if (cause != null) {
        finish(cause);
      } else if (last) {
        if (open()) {
          finish(null);
        }
      } else if (some && out != null) {
        out.flush();
        heartbeat.written();
      }
    } catch (IOException e) {
      callerLeft();
    } catch (Throwable e) {
      finish(e);
    } finally {
      writing.unlock();
    }
  }

  /** Nothing was written for a while: is the caller still there? */
  private void beat() {
    boolean left = false;
    if (!writing.tryLock()) {
      return;
    }
    try {
      if (out != null && !over) {
        out.write(format.heartbeat());
        out.flush();
        heartbeat.written();
      }
    } catch (IOException | RuntimeException | Error e) {
      over = true;
      left = true;
    } finally {
      writing.unlock();
    }
    if (left) {
      // Without the lock, because the publisher may hold one of its own while it gives an item.
      callerLeft();
    }
  }

  private @Nullable Object next() {
    synchronized (queue) {
      return queue.poll();
    }
  }

  private void put(Object each) throws IOException {
    if (out == null) {
      return;
    }
    if (each instanceof Progress progress) {
      out.write(format.progress(progress));
    } else {
      out.write(format.item(json -> shape.put(json, each)));
      written++;
    }
  }

  private boolean open() throws IOException {
    if (out == null) {
      out = owner.begin(format);
      if (out == null) {
        abandon();
      } else {
        heartbeat.start(this::beat);
      }
    }
    return out != null;
  }

  /** Again and again while items come, and are written, within the request for them. */
  private void requestMore() {
    Flow.Subscription from = subscription;
    long room = WINDOW - (requested - written);
    while (from != null && isOpen() && room >= WINDOW / 2) {
      // Of the writing thread alone; the publisher's only reads it.
      long sum = requested + room;
      requested = sum;
      call.enter();
      try {
        from.request(room);
      } catch (Throwable e) {
        finish(e);
      } finally {
        call.leave();
      }
      room = WINDOW - (requested - written);
    }
  }

  private boolean isOpen() {
    return !over && !complete && failure == null;
  }

  private void finish(@Nullable Throwable cause) {
    writing.lock();
    try {
      if (over) {
        return;
      }
      abandon();
      Outlet.Stream stream = out;
      if (stream != null) {
        close(stream, cause);
      } else if (cause != null) {
        owner.failedEarly(cause);
      }
    } finally {
      writing.unlock();
    }
  }

  private void close(Outlet.Stream stream, @Nullable Throwable cause) {
    boolean whole = false;
    try {
      stream.write(cause == null ? format.end(written) : format.error(owner.problem(cause)));
      stream.flush();
      whole = cause == null;
    } catch (IOException e) {
      call.cancel("caller left");
    } catch (Throwable e) {
      // Not even the failure can be told: the cut tells enough.
    } finally {
      end(stream, whole);
    }
  }

  private void end(Outlet.@Nullable Stream stream, boolean whole) {
    try {
      if (stream != null && whole) {
        stream.end();
      } else if (stream != null) {
        stream.cut();
      }
    } finally {
      owner.ended();
    }
  }

  private void callerLeft() {
    try {
      abandon();
      call.cancel("caller left");
    } finally {
      end(out, false);
    }
  }

  /** Wants no more items. */
  private void abandon() {
    over = true;
    heartbeat.stop();
    synchronized (queue) {
      queue.clear();
    }
    Flow.Subscription from = subscription;
    if (from != null) {
      try {
        from.cancel();
      } catch (Throwable e) {
        // Broken, but nothing more is wanted of it.
      }
    }
  }
}
