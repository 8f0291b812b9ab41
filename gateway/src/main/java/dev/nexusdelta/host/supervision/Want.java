package dev.nexusdelta.host.supervision;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.scaling.BackOff;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How many replicas of one release are wanted. For the supervisor's context only. */
final class Want<B> {
  /** As last asked for: what replicas need not be replaced for may be newer. */
  Release release;

  int count;
  List<String> victims = List.of();
  BackOff backOff = BackOff.NONE;

  /** Null while it is still looked for; nothing is started then. */
  @Nullable B build;

  /** The timer that plans again. */
  OptionalLong timer = OptionalLong.empty();

  Want(Release release) {
    this.release = release;
  }

  Want<B> with(B newBuild) {
    build = newBuild;
    return this;
  }
}
