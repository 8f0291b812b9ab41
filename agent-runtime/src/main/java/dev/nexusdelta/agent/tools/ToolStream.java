package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.shape.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands a tool's items to the caller as they come. At most {@link #WINDOW} items are asked for
 * beyond those that the socket took, so that memory stays constant however slow the caller is.
 *
 * <p>Signals come on any thread and only leave a note; one worker at a time writes, and only while
 * there is something to write: a stream that waits for its next item holds no thread. An item that
 * the publisher gives on the writing thread itself, within {@code request}, is written at once.
 */
final class ToolStream implements Flow.Subscriber<Object> {
  static final int WINDOW = 16;

  private final Shape shape;
  private final StreamFormat format;
  private final Call call;
  private final Workers workers;
  private final Owner owner;
  private final Deque<Object> queue = new ArrayDeque<>();
  private final AtomicInteger notes = new AtomicInteger();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Thread writer;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;
  private volatile boolean over;
  private volatile long requested;
  // Of the publisher alone, whose signals come one after another.
  private long received;
  // Of the writing thread alone.
  private Outlet.@Nullable Stream out;
  private long written;

  /** Who runs the call. */
  interface Owner {
    /** Sends the head; null if the call was answered otherwise meanwhile. */
    Outlet.@Nullable Stream begin(StreamFormat format) throws IOException;

    /** It failed before its head: an ordinary failure. */
    void failedEarly(Throwable cause);

    /** The problem that tells of a failure after the head, as JSON. */
    byte[] problem(Throwable cause);

    /** Nothing more comes. */
    void ended();
  }

  private static final class Busy extends RuntimeException implements ToolFailure {
    private static final long serialVersionUID = 1L;

    Busy() {
      super("all threads of the agent are taken");
    }

    @Override
    public int status() {
      return 503;
    }

    @Override
    public String code() {
      return "busy";
    }
  }

  /**
   * @param shape of an item
   */
  ToolStream(Shape shape, StreamFormat format, Call call, Workers workers, Owner owner) {
    this.shape = shape;
    this.format = format;
    this.call = call;
    this.workers = workers;
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
      write();
      requestMore();
      writer = null;
      seen = notes.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Writes what is there, and the end if it has come. */
  private void write() {
    if (over) {
      return;
    }
    // Read first: what came before the end is in the queue by then.
    boolean last = complete;
    Throwable cause = failure;
    try {
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
      }
    } catch (IOException e) {
      callerLeft();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      finish(e);
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
      } catch (RuntimeException | StackOverflowError e) {
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
    if (over) {
      return;
    }
    abandon();
    Outlet.Stream stream = out;
    if (stream == null) {
      if (cause != null) {
        owner.failedEarly(cause);
      }
      return;
    }
    try {
      stream.write(cause == null ? format.end(written) : format.error(owner.problem(cause)));
      stream.flush();
    } catch (IOException e) {
      callerLeft();
      return;
    }
    if (cause == null) {
      stream.end();
    } else {
      stream.cut();
    }
    owner.ended();
  }

  private void callerLeft() {
    abandon();
    call.cancel("caller left");
    if (out != null) {
      out.cut();
    }
    owner.ended();
  }

  /** Wants no more items. */
  private void abandon() {
    over = true;
    synchronized (queue) {
      queue.clear();
    }
    Flow.Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
  }
}
