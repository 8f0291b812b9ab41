package dev.nexusdelta.discovery.sqlite;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.spec;

import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.OpenStore;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes revisions until killed and says each once it is acknowledged. */
public final class EndlessWriter {
  private EndlessWriter() {}

  public static void main(String[] args) throws Exception {
    // Logs of a chatty framework must not look like acknowledgements.
    PrintStream out = System.out;
    System.setOut(System.err);
    LedgerStore store = OpenStore.open(Vertx.vertx(), Path.of(args[0])).store();
    var specs = await(store.specs());
    long revision = specs.isEmpty() ? 0 : specs.get(0).revision();
    while (true) {
      await(store.put(spec("A", revision + 1), revision));
      revision++;
      out.write((revision + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
