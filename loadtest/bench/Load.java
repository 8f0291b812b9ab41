import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls at a constant rate, whether or not they are answered: each call has its moment, and its
 * latency counts from that moment, so that a stall of the other side is charged to every call that
 * it delayed (no coordinated omission). One thread sends, one receives; nothing waits for anything.
 *
 * <p>{@code java Load.java KEY=VALUE…}: {@code target=[HOST:]PORT/PATH} (repeated: call n goes to target n
 * modulo their number), {@code rate=}, {@code seconds=}, {@code warm=} (seconds before, not
 * written), {@code body=} (with {@code @ID@}), {@code id=} (prefix of ids), {@code connections=} (at
 * most; a call that finds none waits), {@code fresh=N} (every Nth call on a connection of its own),
 * {@code patience=} (ms that a call waits for a connection), {@code timeout=} (ms for its answer),
 * {@code out=FILE}: a line per call, {@code number,target,momentMs,status,code,latencyUs,lateUs,
 * attempts,replica,reused}. Status 0 = no answer: {@code connect}, {@code closed}, {@code cut},
 * {@code timeout}, {@code starved}. Prints {@code begun} and the wall-clock ms of moment 0.
 */
public final class Load {
  private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([^\"]*)\"");
  private static final int BUFFER = 16 * 1024;

  private final List<Target> targets = new ArrayList<>();
  private final Selector selector = Selector.open();
  private final ConcurrentLinkedQueue<Line> register = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Call> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final Map<String, String> options;
  private final PrintWriter out;
  private final int limit;
  private final int fresh;
  private final long patience;
  private final long timeout;
  private long zero;

  /** Where calls go, and the connections to it that wait for the next one. */
  private record Target(
      int index, InetSocketAddress address, String path, ConcurrentLinkedDeque<Line> idle) {}

  private static final class Call {
    int number;
    Target target;
    long moment;
    long sent;
    boolean alone;
  }

  /** A connection with at most one call on it. */
  private final class Line {
    final SocketChannel channel;
    final Target target;
    final StringBuilder text = new StringBuilder();
    volatile Call call;
    ByteBuffer request;
    int uses;
    boolean closed;

    Line(SocketChannel channel, Target target) {
      this.channel = channel;
      this.target = target;
    }
  }

  private Load(Map<String, String> options, List<String> addresses) throws IOException {
    this.options = options;
    for (String address : addresses) {
      int slash = address.indexOf('/');
      int colon = address.lastIndexOf(':', slash);
      targets.add(
          new Target(
              targets.size(),
              new InetSocketAddress(
                  colon < 0 ? "127.0.0.1" : address.substring(0, colon),
                  Integer.parseInt(address.substring(colon + 1, slash))),
              address.substring(slash),
              new ConcurrentLinkedDeque<>()));
    }
    out = new PrintWriter(Files.newBufferedWriter(Path.of(options.get("out"))));
    limit = number("connections", 512);
    fresh = number("fresh", 0);
    patience = number("patience", 35_000) * 1_000_000L;
    timeout = number("timeout", 35_000) * 1_000_000L;
  }

  /** Runs until all calls have their answer or have waited too long. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    List<String> targets = new ArrayList<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (arg.startsWith("target=")) {
        targets.add(arg.substring(equals + 1));
      } else {
        options.put(arg.substring(0, equals), arg.substring(equals + 1));
      }
    }
    new Load(options, targets).run();
  }

  private int number(String key, int otherwise) {
    return Integer.parseInt(options.getOrDefault(key, String.valueOf(otherwise)));
  }

  private void run() throws Exception {
    double rate = Double.parseDouble(options.get("rate"));
    int warm = (int) (rate * number("warm", 0));
    int total = (int) (rate * Double.parseDouble(options.get("seconds")));
    Thread receiver = new Thread(this::receive, "receiver");
    receiver.setDaemon(true);
    receiver.start();
    zero = System.nanoTime() + 50_000_000L + (long) (warm / rate * 1e9);
    System.out.println("begun " + (System.currentTimeMillis() + (zero - System.nanoTime()) / 1_000_000));
    for (int i = -warm; i < total; i++) {
      Call call = new Call();
      call.number = i;
      call.target = targets.get(Math.floorMod(i, targets.size()));
      call.moment = zero + (long) (i * 1e9 / rate);
      call.alone = fresh > 0 && Math.floorMod(i, fresh) == 0;
      pause(call.moment);
      unanswered.incrementAndGet();
      send(call);
    }
    long end = System.nanoTime() + Math.max(patience, timeout) + 1_000_000_000L;
    while (unanswered.get() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(5_000_000L);
    }
    synchronized (out) {
      out.close();
    }
    System.out.println("unanswered " + unanswered.get());
    System.exit(0);
  }

  /** Sleeps, and watches the clock for the last few microseconds that a sleep would overrun. */
  private static void pause(long moment) {
    for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
      if (left > 120_000L) {
        LockSupport.parkNanos(left - 80_000L);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void send(Call call) {
    Line line = call.alone ? null : call.target.idle.pollFirst();
    if (line == null) {
      if (open.get() >= limit) {
        waiting.add(call);
        return;
      }
      try {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        line = new Line(channel, call.target);
        open.incrementAndGet();
        channel.connect(call.target.address());
      } catch (IOException e) {
        if (line != null) {
          open.decrementAndGet();
        }
        write(call, 0, "connect", "", 1, false);
        return;
      }
    }
    if (!begin(line, call)) {
      send(call);
    }
  }

  /** Sends; false if the other side's end of the connection was seen meanwhile. */
  private boolean begin(Line line, Call call) {
    String id = options.getOrDefault("id", "call") + (call.number < 0 ? "-warm" : "-") + call.number;
    String body = options.get("body").replace("@ID@", id);
    ByteBuffer request =
        ByteBuffer.wrap(
            ("POST " + call.target.path() + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n"
                    + (call.alone ? "Connection: close\r\n" : "") + "\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
    synchronized (line) {
      if (line.closed) {
        return false;
      }
      call.sent = System.nanoTime();
      line.request = request;
      line.call = call;
      line.uses++;
    }
    if (line.uses == 1) {
      register.add(line);
      selector.wakeup();
    } else {
      flush(line);
    }
    return true;
  }

  private void flush(Line line) {
    try {
      while (line.request.hasRemaining()) {
        line.channel.write(line.request);
      }
    } catch (IOException e) {
      // The receiver sees the end of the connection, too, and says what it means.
      line.request.position(line.request.limit());
    }
  }

  private void receive() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    byte[] bytes = new byte[BUFFER];
    long swept = System.nanoTime();
    try {
      while (true) {
        selector.select(50);
        for (Line line = register.poll(); line != null; line = register.poll()) {
          if (line.channel.isConnectionPending()) {
            line.channel.register(selector, SelectionKey.OP_CONNECT, line);
          } else {
            line.channel.register(selector, SelectionKey.OP_READ, line);
            flush(line);
          }
        }
        for (SelectionKey key : selector.selectedKeys()) {
          Line line = (Line) key.attachment();
          if (key.isValid() && key.isConnectable()) {
            connected(line, key);
          } else if (key.isValid() && key.isReadable()) {
            read(line, buffer, bytes);
          }
        }
        selector.selectedKeys().clear();
        if (System.nanoTime() - swept > 100_000_000L) {
          swept = System.nanoTime();
          sweep(swept);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void connected(Line line, SelectionKey key) {
    try {
      line.channel.finishConnect();
      key.interestOps(SelectionKey.OP_READ);
      flush(line);
    } catch (IOException e) {
      end(line, "connect");
    }
  }

  private void read(Line line, ByteBuffer buffer, byte[] bytes) {
    try {
      buffer.clear();
      int count = line.channel.read(buffer);
      if (count < 0) {
        end(line, line.text.length() == 0 ? "closed" : "cut");
        return;
      }
      buffer.flip().get(bytes, 0, count);
      line.text.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      end(line, line.text.length() == 0 ? "closed" : "cut");
      return;
    }
    Call call = line.call;
    if (call != null && complete(line.text)) {
      answered(line, call);
    }
  }

  private void answered(Line line, Call call) {
    String text = line.text.toString();
    int status = Integer.parseInt(text.substring(9, 12));
    String attempts = header(text, "x-nexus-attempts");
    Matcher code = status < 400 ? null : CODE.matcher(text);
    boolean reused = line.uses > 1;
    boolean kept = !call.alone && !header(text, "connection").equalsIgnoreCase("close");
    line.call = null;
    line.text.setLength(0);
    write(
        call,
        status,
        code != null && code.find() ? code.group(1) : "",
        header(text, "x-nexus-replica"),
        attempts.isEmpty() ? 1 : Integer.parseInt(attempts),
        reused);
    if (kept) {
      Call next = waiting.isEmpty() || targets.size() > 1 ? null : waiting.poll();
      if (next != null) {
        begin(line, next); // This thread alone closes connections, and it has not.
      } else {
        line.target.idle.addFirst(line);
      }
    } else {
      close(line);
    }
  }

  /** Whether an answer is all there: by its length, or by the last chunk. */
  private static boolean complete(StringBuilder text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String head = text.substring(0, end + 2);
    String length = header(head, "content-length");
    return length.isEmpty()
        ? text.length() >= end + 9 && text.substring(text.length() - 5).equals("0\r\n\r\n")
        : text.length() >= end + 4 + Integer.parseInt(length);
  }

  private static String header(String text, String name) {
    int end = text.indexOf("\r\n\r\n");
    String head = (end < 0 ? text : text.substring(0, end + 2)).toLowerCase(Locale.ROOT);
    int at = head.indexOf("\r\n" + name + ":");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 3;
    return text.substring(from, text.indexOf("\r\n", from)).strip();
  }

  private void end(Line line, String why) {
    Call call;
    synchronized (line) {
      call = line.call;
      line.call = null;
      close(line);
    }
    if (call != null) {
      write(call, 0, why, "", 1, line.uses > 1);
    }
  }

  private void close(Line line) {
    if (!line.closed) {
      line.closed = true;
      line.target.idle.remove(line);
      open.decrementAndGet();
      try {
        line.channel.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }

  /** Calls that wait: those that found a connection by now go, those that waited too long end. */
  private void sweep(long now) {
    for (SelectionKey key : List.copyOf(selector.keys())) {
      Line line = (Line) key.attachment();
      Call call = line.call;
      if (call != null && now - call.sent > timeout) {
        end(line, "timeout");
      }
    }
    ArrayDeque<Call> retry = new ArrayDeque<>();
    for (Call call = waiting.poll(); call != null; call = waiting.poll()) {
      if (now - call.moment > patience) {
        write(call, 0, "starved", "", 1, false);
      } else {
        retry.add(call);
      }
    }
    retry.forEach(this::send);
  }

  private void write(Call call, int status, String code, String replica, int attempts, boolean reused) {
    unanswered.decrementAndGet();
    if (call.number < 0) {
      return;
    }
    long now = System.nanoTime();
    long late = call.sent == 0 ? 0 : (call.sent - call.moment) / 1000;
    String line =
        call.number + "," + call.target.index() + "," + (call.moment - zero) / 1_000_000 + "," + status + "," + code + ","
            + (now - call.moment) / 1000 + "," + late + "," + attempts + "," + replica + "," + (reused ? 1 : 0);
    synchronized (out) {
      out.println(line);
    }
  }
}
