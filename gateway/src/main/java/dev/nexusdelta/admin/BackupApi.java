package dev.nexusdelta.admin;

import dev.nexusdelta.backup.Backup;
import dev.nexusdelta.backup.BackupFault;
import dev.nexusdelta.backup.BackupReader;
import dev.nexusdelta.backup.RestorePlan;
import dev.nexusdelta.backup.RestoreReport;
import dev.nexusdelta.backup.Restoring;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.EventLog;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** The whole registry as one document, and back. */
final class BackupApi {
  private static final int FAULTS_IN_DETAIL = 3;

  private final Registry registry;
  private final FolderSync folders;
  private final EventLog events;
  private final GatewayControl gateway;
  private final InstantSource clock;
  private final Restoring.Place place;

  /** One restore at a time: its document is large, and two would only undo each other. */
  private final AtomicBoolean restoring = new AtomicBoolean();

  BackupApi(
      Registry registry,
      Changes changes,
      FolderSync folders,
      EventLog events,
      GatewayControl gateway,
      InstantSource clock) {
    this.registry = registry;
    this.folders = folders;
    this.events = events;
    this.gateway = gateway;
    this.clock = clock;
    place = new Here(changes);
  }

  void mount(Routes routes) {
    routes.get("/api/v1/backup", this::backup);
    routes.post("/api/v1/restore", BackupReader.MOST_BYTES, this::restore);
  }

  private void backup(RoutingContext ctx) {
    Answers.when(
        ctx,
        Backup.take(registry, gateway.name(), clock.instant())
            .compose(backup -> ctx.vertx().executeBlocking(backup::text)),
        text -> Answers.text(ctx, 200, "application/json", text));
  }

  private void restore(RoutingContext ctx) {
    boolean dryRun = Changes.dryRun(ctx);
    boolean prune = Params.flag(ctx, "prune", false);
    String by = Params.by(ctx);
    Buffer body = ctx.body().buffer();
    if (!restoring.compareAndSet(false, true)) {
      throw Refusals.conflict(
          "another restore is under way", "wait until it has ended, then look again");
    }
    Future<RestoreReport> report =
        ctx.vertx()
            .executeBlocking(() -> read(body == null ? new byte[0] : body.getBytes()))
            .map(backup -> RestorePlan.of(backup, registry.specs(), prune))
            .compose(
                plan ->
                    dryRun
                        ? Future.succeededFuture(RestoreReport.planned(plan))
                        : Restoring.run(registry, plan, by, place)
                            .onSuccess(done -> tell(done, by)));
    Answers.when(
        ctx,
        report.onComplete(done -> restoring.set(false)),
        done -> Answers.json(ctx, 200, done.json()));
  }

  private void tell(RestoreReport done, String by) {
    if (done.nothingToDo()) {
      return;
    }
    events.add("registry.restored", Optional.empty(), Optional.empty(), by, done.summary());
  }

  private static Backup read(byte[] body) {
    return BackupReader.read(body)
        .fold(
            backup -> backup,
            faults -> {
              throw refused(faults);
            });
  }

  private static ProblemException refused(List<BackupFault> faults) {
    String detail =
        "the backup is refused, and nothing was changed: "
            + faults.stream()
                .limit(FAULTS_IN_DETAIL)
                .map(BackupFault::toString)
                .collect(Collectors.joining("; "))
            + (faults.size() > FAULTS_IN_DETAIL
                ? "; and " + (faults.size() - FAULTS_IN_DETAIL) + " more"
                : "");
    return new ProblemException(
        Problem.of(ProblemCode.INVALID_PARAMETERS, detail)
            .errors(
                faults.stream()
                    .map(fault -> new Problem.Fault(fault.pointer(), fault.message()))
                    .toList()));
  }

  /** What is known of agents beside the registry while their gateway runs. */
  private final class Here implements Restoring.Place {
    private final Changes changes;

    Here(Changes changes) {
      this.changes = changes;
    }

    @Override
    public void check(Optional<AgentSpec> before, AgentSpec after) {
      changes.check(before, after);
    }

    @Override
    public Future<Optional<String>> fileHash(AgentName name) {
      return folders.fileHash(name);
    }
  }
}
