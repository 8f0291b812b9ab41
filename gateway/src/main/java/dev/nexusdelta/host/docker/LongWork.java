package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.BuildResponseItem;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds and pulls, which take minutes. Callable from any thread, never blocks. */
final class LongWork {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** Of each step of a build: it may not take the machine from the agents that run. */
  private static final long BUILD_MEMORY = 1L << 30;

  /** Half of what a container gets that asks for nothing. */
  private static final String BUILD_SHARES = "512";

  private final ContextInternal context;
  private final EngineClients clients;
  private final Set<EngineWork<?>> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param context on which futures complete and lines arrive
   */
  LongWork(ContextInternal context, EngineClients clients) {
    this.context = context;
    this.clients = clients;
  }

  /** All that is under way fails. */
  void away(String reason) {
    underWay.forEach(work -> work.away(reason));
  }

  /**
   * Builds an image without a name. Pulls the base that a {@code FROM} names and that is not here.
   * Steps have bounds of memory and processor, and the network: installing packages wants it.
   *
   * @param archive a tar with a {@code Dockerfile}; read on another thread, and closed there
   * @param what for people: of what this is the image
   * @param lines takes what the build says
   * @return its id, perhaps short
   */
  Future<String> build(
      InputStream archive,
      String what,
      Map<String, String> arguments,
      Map<String, String> labels,
      Consumer<String> lines) {
    BuildOutput output = new BuildOutput();
    Consumer<String> both = output::add;
    return EngineWork.<BuildResponseItem>begin(
            context,
            underWay,
            "build image " + what,
            PATIENCE,
            ResponseItem::getStream,
            both.andThen(lines),
            work -> {
              BuildImageCmd command =
                  clients
                      .streams()
                      .buildImageCmd(archive)
                      .withLabels(labels)
                      .withMemory(BUILD_MEMORY)
                      .withMemswap(BUILD_MEMORY)
                      .withCpushares(BUILD_SHARES)
                      .withRemove(true)
                      .withForcerm(true);
              arguments.forEach(command::withBuildArg);
              command.exec(work);
            })
        .compose(done -> result(output, what));
  }

  private static Future<String> result(BuildOutput output, String what) {
    return output
        .image()
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    new EngineFailure.Refused(
                        "cannot build image " + what + ": the engine names none", null)));
  }

  /**
   * Pulls one image.
   *
   * @param login empty = what docker's own configuration writes down, if it does
   */
  Future<Void> pull(String reference, Optional<AuthConfig> login, Consumer<String> lines) {
    // Without tag or digest the engine would pull every tag.
    String name = reference.substring(reference.lastIndexOf('/') + 1);
    String whole = name.contains(":") || name.contains("@") ? reference : reference + ":latest";
    return EngineWork.<PullResponseItem>begin(
        context,
        underWay,
        "pull image " + reference,
        PATIENCE,
        LongWork::progress,
        lines,
        work -> {
          PullImageCmd command = clients.streams().pullImageCmd(whole);
          login.ifPresent(command::withAuthConfig);
          command.exec(work);
        });
  }

  private static @Nullable String progress(PullResponseItem item) {
    return item.getId() == null ? item.getStatus() : item.getId() + ": " + item.getStatus();
  }
}
