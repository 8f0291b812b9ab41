package dev.nexusdelta.host.docker;

import java.util.List;
import java.util.Optional;

/** How an engine was found. */
public sealed interface EngineReport {
  /** Where it was looked for. */
  String address();

  /** Why it does not answer. */
  enum Silence {
    /** That cannot be an address. */
    WRONG_ADDRESS,
    /** There is no such socket. */
    NO_SOCKET,
    /** The socket is not for this user. */
    DENIED,
    /** Nobody listens there. */
    NOBODY,
    /** Somebody listens, and says nothing. */
    HUNG,
    /** Whoever answers is no engine, or says no. */
    OTHER
  }

  /**
   * Nothing can be asked of it.
   *
   * @param text what exactly happened
   */
  record Silent(String address, Silence silence, String text) implements EngineReport {}

  /**
   * It answers.
   *
   * @param version the engine's
   * @param api newest version of its API
   * @param liveRestore whether containers outlive it
   * @param userlandProxy whether a proxy accepts calls of published ports before the container
   *     does; empty = cannot be told
   * @param near whether addresses of containers can be reached from this machine; empty = there is
   *     no bridge yet
   * @param root its data, on its machine
   * @param memoryBytes of its machine
   * @param base the image that Java agents stand on; empty = it is not there
   * @param owner who has claimed the engine
   * @param containers all that are there
   * @param unused images of agents that no container uses
   * @param dangling images without a name that nothing uses
   * @param outOfMemory names of containers that were killed for want of memory in the last hour,
   *     once for each time
   * @param unknown what could not be found out, and why
   */
  record Answers(
      String address,
      String version,
      String api,
      boolean liveRestore,
      Optional<Boolean> userlandProxy,
      Optional<Boolean> near,
      String root,
      long memoryBytes,
      Optional<Base> base,
      Optional<Owner> owner,
      List<Box> containers,
      Images unused,
      Images dangling,
      List<String> outOfMemory,
      List<String> unknown)
      implements EngineReport {
    /** Copies the lists. */
    public Answers {
      containers = List.copyOf(containers);
      outOfMemory = List.copyOf(outOfMemory);
      unknown = List.copyOf(unknown);
    }
  }

  /**
   * A base image, as its labels say.
   *
   * @param java version of its JVM
   * @param runtime short hash of the jars of the agents' runtime inside
   */
  record Base(String java, String runtime) {}

  /** The host that has claimed the engine, and its data folder. */
  record Owner(String host, String data) {}

  /** Some images. */
  record Images(int count, long bytes) {}

  /**
   * A container.
   *
   * @param host id of the host that manages it; empty = somebody else's
   * @param agent whose replica it is
   * @param memoryBytes its limit, of running replicas only; 0 = none
   * @param published ports of this machine
   */
  record Box(
      String id,
      String name,
      String host,
      String agent,
      boolean running,
      long memoryBytes,
      List<Integer> published) {
    /** Copies the list. */
    public Box {
      published = List.copyOf(published);
    }
  }
}
