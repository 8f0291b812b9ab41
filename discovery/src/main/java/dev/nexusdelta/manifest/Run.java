package dev.nexusdelta.manifest;

import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** Where an agent's code is and how it is run: exactly one of four forms. */
public sealed interface Run {

  /**
   * A Java source file, compiled against agent-runtime, or a jar; paths relative to the agent's
   * folder.
   *
   * @param classpath jars, may hold {@code *} in the last segment
   */
  record Java(String file, List<String> classpath) implements Run {
    /** Copies the list. */
    public Java {
      classpath = List.copyOf(classpath);
    }
  }

  /** Any command line, run in the agent's folder; {@code ${PORT}} and its like are filled in. */
  record Command(String line) implements Run {}

  /**
   * A container image; needs a container host.
   *
   * @param volumes what of its files outlives a container
   */
  record Image(String reference, int containerPort, List<Volume> volumes) implements Run {
    /** Copies the list. */
    public Image {
      volumes = List.copyOf(volumes);
    }

    /** Without volumes. */
    public Image(String reference, int containerPort) {
      this(reference, containerPort, List.of());
    }
  }

  /**
   * A named volume of the container engine, shared by all replicas and by whoever names it too.
   *
   * @param path where it is seen inside the container, absolute
   */
  record Volume(String name, String path, boolean readOnly) {}

  /**
   * Runs elsewhere, only routed to.
   *
   * @param addresses {@code http://host:port}, or {@code container://Name[:port]}: the containers
   *     labelled {@code nexus.agent=Name} that are on the gateway's engine
   */
  record Url(List<URI> addresses) implements Run {
    /** Copies the list. */
    public Url {
      addresses = List.copyOf(addresses);
    }
  }

  /** The value for this form. */
  default <T> T fold(
      Function<Java, T> java,
      Function<Command, T> command,
      Function<Image, T> image,
      Function<Url, T> url) {
    if (this instanceof Java j) {
      return java.apply(j);
    }
    if (this instanceof Command c) {
      return command.apply(c);
    }
    if (this instanceof Image i) {
      return image.apply(i);
    }
    return url.apply((Url) this);
  }
}
