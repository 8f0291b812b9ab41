package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.JsonWriter;
import dev.nexusdelta.agent.shape.SchemaWriter;
import dev.nexusdelta.agent.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One tool.
 *
 * @param input shape of the parameters, an object
 * @param output shape of the result; of one item, if the result is a stream
 * @param streams whether the result is a {@code Flow.Publisher}, as far as its type says
 */
public record ToolSpec(
    String name,
    String description,
    Shape input,
    Shape output,
    boolean streams,
    Hints hints,
    Body body) {

  /** What a caller may rely on when it thinks about calling again. */
  public record Hints(boolean readOnly, boolean idempotent, boolean destructive) {}

  /** The author's code. */
  @FunctionalInterface
  public interface Body {
    /**
     * @param input as {@link ToolSpec#input} read it
     * @return the result, a publisher of its items, or a future of either
     * @throws Exception the tool's failure; a {@link ToolFailure} carries its own status
     */
    @Nullable Object call(@Nullable Object input, Call call) throws Exception;
  }

  /** The entry in the list of tools. */
  void describe(JsonWriter out) {
    out.object().property("name", name).property("description", description);
    out.name("inputSchema").raw(SchemaWriter.of(input));
    out.name("outputSchema").raw(streams ? SchemaWriter.ofItems(output) : SchemaWriter.of(output));
    out.property("readOnly", hints.readOnly());
    out.property("idempotent", hints.idempotent());
    out.property("destructive", hints.destructive()).endObject();
  }
}
