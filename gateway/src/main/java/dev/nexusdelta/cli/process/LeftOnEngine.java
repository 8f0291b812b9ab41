package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.HostAwayException;
import dev.nexusdelta.host.docker.LeftOverContainers;
import dev.nexusdelta.host.docker.LeftOverContainers.Left;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Containers of a data folder whose gateway is gone. They serve on, for the next gateway to adopt;
 * whoever wants none ends them here, without a gateway. Blocking.
 */
public final class LeftOnEngine {
  private final Shell shell;
  private final Path data;
  private final String engine;

  /**
   * Asks nothing yet.
   *
   * @param engine its address
   */
  public LeftOnEngine(Shell shell, Path data, String engine) {
    this.shell = shell;
    this.data = data;
    this.engine = engine;
  }

  /** Names of those that run; none if the engine does not answer. */
  public List<String> names() {
    Optional<String> host = EngineSettings.hostId(data);
    if (host.isEmpty()) {
      return List.of();
    }
    try (LeftOverContainers left = LeftOverContainers.of(engine, host.get(), data)) {
      return left.find().stream().filter(Left::running).map(Left::name).toList();
    } catch (HostAwayException | IllegalArgumentException | IllegalStateException | IOException e) {
      return List.of();
    }
  }

  /**
   * Ends and removes the containers, and what else only they needed.
   *
   * @param atOnce does not ask them to end
   * @return whether there was anything
   * @throws CommandFailure if the engine does not answer or not all are gone
   */
  public boolean end(boolean atOnce) {
    Optional<String> host = EngineSettings.hostId(data);
    if (host.isEmpty()) {
      return false;
    }
    try (LeftOverContainers left = LeftOverContainers.of(engine, host.get(), data)) {
      List<Left> found = left.find();
      found.forEach(
          container -> shell.say("left over: container " + container.name() + ", ending it"));
      List<String> failures = left.end(found, atOnce);
      if (!failures.isEmpty()) {
        throw new CommandFailure(
            ExitCode.PARTLY,
            "not all containers are gone: " + String.join("; ", failures),
            "nexus down again, or look at them with: docker ps -a --filter label=nexus.host="
                + host.get());
      }
      found.forEach(container -> shell.out().println(container.name() + " has ended"));
      List<String> swept = left.sweep();
      if (!swept.isEmpty()) {
        shell.say("removed " + String.join(" and ", swept));
      }
      return !found.isEmpty();
    } catch (IllegalStateException | IOException e) {
      throw new CommandFailure(
          ExitCode.PARTLY,
          "containers of " + shell.shown(data) + " are left alone: " + e.getMessage(),
          "nexus down with the folder that they belong to (--data)");
    } catch (HostAwayException | IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.PARTLY,
          "containers of "
              + shell.shown(data)
              + " may be left, and their engine does not answer: "
              + e.getMessage(),
          "nexus doctor, and once the engine answers: nexus down");
    }
  }
}
