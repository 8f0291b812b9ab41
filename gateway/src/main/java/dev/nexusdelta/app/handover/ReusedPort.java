package dev.nexusdelta.app.handover;

import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port on which two processes listen while one follows the other. Linux gives each new connection
 * to one of the two sockets, and resets those that wait in the queue of one that is closed. So new
 * ones are led past the older socket first ({@code SO_ATTACH_REUSEPORT_CBPF}), and it is closed
 * when its queue is empty. Blocking.
 */
public final class ReusedPort {
  private static final Logger log = LoggerFactory.getLogger(ReusedPort.class);
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;

  /** {@code BPF_RET | BPF_K}: the number that follows is the answer. */
  private static final short RETURN = 0x06;

  /**
   * The second socket that came to the port. When it is alone, there is no second one, and the
   * kernel chooses by itself again.
   */
  private static final int SECOND = 1;

  private static final String LISTENS = " 0A ";
  private static final Path PROC = Path.of("/proc");

  private ReusedPort() {}

  private record Listener(String inode, long queued) {}

  /**
   * Leads new connections to this process's sockets on that port, which came there last.
   *
   * @return false = both processes get some of them until the other closes
   */
  public static boolean steer(int port) {
    boolean all = false;
    try {
      for (int descriptor : descriptors(port).keySet()) {
        attach(descriptor);
        all = true;
      }
    } catch (LinkageError e) {
      // Sockets of the JDK: no native transport was loaded.
      return false;
    } catch (IOException | RuntimeException e) {
      log.warn("new connections are not led to this gateway alone: {}", e.getMessage());
      return false;
    }
    return all;
  }

  /** Connections that wait to be accepted by this process on that port. */
  public static long queued(int port) {
    try {
      return descriptors(port).values().stream().mapToLong(Listener::queued).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** {@code struct sock_fprog} with one instruction, {@code struct sock_filter}. */
  private static void attach(int descriptor) throws IOException {
    ByteBuffer filter = Buffer.allocateDirectWithNativeOrder(8);
    filter.putShort(RETURN).put((byte) 0).put((byte) 0).putInt(SECOND);
    int wide = Buffer.addressSize();
    ByteBuffer program = Buffer.allocateDirectWithNativeOrder(2 * wide);
    program.putShort((short) 1);
    program.position(wide);
    long address = Buffer.memoryAddress(filter);
    if (wide == Long.BYTES) {
      program.putLong(address);
    } else {
      program.putInt((int) address);
    }
    program.flip();
    new Socket(descriptor).setRawOpt(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program);
    // Read by the kernel during the call, so it has to live until here.
    filter.clear();
  }

  /** File descriptors of this process that listen on that port. */
  private static Map<Integer, Listener> descriptors(int port) throws IOException {
    Map<String, Listener> listening = new HashMap<>();
    for (String file : List.of("tcp", "tcp6")) {
      Path table = PROC.resolve("self/net").resolve(file);
      if (Files.exists(table)) {
        try (Stream<String> lines = Files.lines(table)) {
          listeners(lines, port).forEach(one -> listening.put("socket:[" + one.inode() + "]", one));
        }
      }
    }
    Map<Integer, Listener> ours = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC.resolve("self/fd"))) {
      for (Path descriptor : all) {
        Listener listener = listening.get(target(descriptor));
        if (listener != null) {
          ours.put(Integer.parseInt(descriptor.getFileName().toString()), listener);
        }
      }
    }
    return ours;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  /**
   * Lines of {@code /proc/net/tcp}: number, local, remote, state, queues, …, inode in the tenth.
   */
  private static List<Listener> listeners(Stream<String> lines, int port) {
    String end = String.format(Locale.ROOT, ":%04X", port);
    List<Listener> found = new ArrayList<>();
    lines
        .filter(line -> line.contains(LISTENS) && line.contains(end))
        .forEach(
            line -> {
              String[] columns = line.strip().split("\\s+");
              if (columns.length > 9 && columns[1].endsWith(end)) {
                String queue = columns[4].substring(columns[4].indexOf(':') + 1);
                found.add(new Listener(columns[9], Long.parseLong(queue, 16)));
              }
            });
    return found;
  }
}
