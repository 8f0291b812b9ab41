package dev.nexusdelta.host.docker.image;

import java.util.List;
import java.util.Map;

/**
 * An image that can be built.
 *
 * @param reference {@code name:<content hash>}: where an image of this name exists, it is this one
 * @param context what the build is given
 * @param arguments of the build
 * @param labels that it must carry
 * @param entrypoint what its containers run; empty = the image's own
 */
public record ImagePlan(
    String reference,
    BuildContext context,
    Map<String, String> arguments,
    Map<String, String> labels,
    List<String> entrypoint) {
  /** Copies the collections. */
  public ImagePlan {
    arguments = Map.copyOf(arguments);
    labels = Map.copyOf(labels);
    entrypoint = List.copyOf(entrypoint);
  }

  /** The reference's part before the hash. */
  public String repository() {
    return reference.substring(0, reference.lastIndexOf(':'));
  }

  /** Hash of what has to be sent to become it. */
  public String tag() {
    return reference.substring(reference.lastIndexOf(':') + 1);
  }
}
