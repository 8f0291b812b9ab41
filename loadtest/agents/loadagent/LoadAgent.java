import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Items;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Does what callers of a load test tell it, and says enough of it for them to check. */
@Agent(
    name = "LoadAgent",
    description = "Waits, works, streams and fails as it is told, for load tests",
    version = "1.0.0")
public final class LoadAgent {
  private static final int MAX_MILLIS = 60_000;
  private static final int MAX_TEXT = 100_000;

  public record Waited(int millis, int characters) {}

  @Tool(
      name = "wait",
      description = "Waits without using the processor",
      readOnly = true,
      idempotent = true)
  public Waited waitFor(
      @Param(value = "how long", min = 0, max = MAX_MILLIS) int millis,
      @Param(value = "any text; its length comes back", maxLength = MAX_TEXT) String note) {
    rest(millis);
    return new Waited(millis, note.length());
  }

  public record Worked(@Param("SHA-256 of the SHA-256 … of the text") String digest) {}

  @Tool(
      description = "Uses the processor: hashes a text again and again",
      readOnly = true,
      idempotent = true)
  public Worked work(
      @Param(value = "what is hashed first", maxLength = MAX_TEXT) String text,
      @Param(value = "how often", min = 1, max = 10_000_000) int rounds) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < rounds; i++) {
        digest = sha.digest(digest);
      }
      return new Worked(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public record Item(int number, String text) {}

  @Tool(description = "Sends items one after the other", readOnly = true)
  public Flow.Publisher<Item> stream(
      @Param(value = "how many", min = 0, max = 100_000) int items,
      @Param(value = "between two of them", min = 0, max = MAX_MILLIS) int millis,
      @Param(value = "in each of them", maxLength = MAX_TEXT) String text) {
    return Items.of(
        IntStream.range(0, items)
            .mapToObj(
                number -> {
                  rest(number == 0 ? 0 : millis);
                  return new Item(number, text);
                }));
  }

  @Tool(description = "Refuses, as a tool does that cannot use its parameters", readOnly = true)
  public String fail(@Param(value = "what it says", maxLength = 1_000) String why) {
    throw new ToolException(why);
  }

  private static void rest(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    for (long left = end - System.nanoTime();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
