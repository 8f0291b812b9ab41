import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import java.util.Locale;

/** Says a text back in capitals. What matters of it is how soon it can do so. */
@Agent(
    name = "IdleAgent",
    description = "Runs only while it is called, for load tests of cold starts",
    version = "1.0.0")
public final class IdleAgent {
  public record Shouted(String text, int characters) {}

  @Tool(description = "A text in capitals", readOnly = true, idempotent = true)
  public Shouted shout(@Param(value = "any text", maxLength = 10_000) String text) {
    return new Shouted(text.toUpperCase(Locale.ROOT), text.length());
  }
}
