package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import java.time.Instant;
import java.util.List;

/**
 * One immutable (manifest + code) of an agent. Two specs that differ only in what replicas cannot
 * see (description, limits, scale, …) have the same release.
 *
 * @param id 12 hex digits of the content hash of {@code run}, {@code env}, {@code secrets}, {@code
 *     resources}, {@code version}, the code and the restart generation
 * @param manifest as it was when the release was made
 * @param weight share of the calls in percent; 100 today
 * @param tools as learnt from the first healthy replica; empty until then
 */
public record Release(
    AgentName agent,
    String id,
    String version,
    Manifest manifest,
    String codeHash,
    int generation,
    int weight,
    List<ToolInfo> tools,
    Instant created) {
  /** Copies the list. */
  public Release {
    tools = List.copyOf(tools);
  }
}
