package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.ReplicaHostTck;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that is a gateway as far as the host can tell, to be killed: opens the data folder,
 * wants two replicas, and writes {@code adopted <id> <pid>}, {@code open} and {@code started <id>
 * <pid>} lines.
 */
public final class HostMain {
  private HostMain() {}

  /** Runs until its input ends; the argument is the root of a {@link HostFixture}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    HostFixture fixture = new HostFixture(Path.of(args[0]));
    ProcessHost host = fixture.newHost();
    List<ObservedReplica> adopted = ReplicaHostTck.get(host.open(event -> write(out, event)));
    adopted.forEach(r -> out.println("adopted " + r.id() + " " + r.pid().getAsLong()));
    Release release = fixture.toy("Toy", "r1");
    ReplicaHostTck.get(host.prepare(release, fixture.folder("Toy")));
    ReplicaHostTck.get(host.apply(release, 2, List.of()));
    out.println("open");
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }

  private static void write(PrintStream out, HostEvent event) {
    if (event instanceof HostEvent.Changed changed && !changed.replica().stopping()) {
      ObservedReplica replica = changed.replica();
      out.println("started " + replica.id() + " " + replica.pid().getAsLong());
    } else if (event instanceof HostEvent.Gone gone) {
      out.println("gone " + gone.replica().id());
    }
  }
}
