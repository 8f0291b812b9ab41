package dev.nexusdelta.admin;

import dev.nexusdelta.folders.FolderReading.Faulty;
import dev.nexusdelta.folders.FolderReading.Skipped;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;

/** What the admin API says no with, where more than one handler says it. */
final class Refusals {
  private static final int MAJORITY_RETRY_SECONDS = 2;
  private static final int ENGINE_RETRY_SECONDS = 5;

  private Refusals() {}

  /** 422 for one member of the body. */
  static ProblemException member(String name, String detail) {
    String pointer = "/" + name.replace("~", "~0").replace("/", "~1");
    return new ProblemException(
        Problem.of(ProblemCode.INVALID_PARAMETERS, pointer + ": " + detail)
            .errors(List.of(new Problem.Fault(pointer, detail))));
  }

  /** 400 for a part of the request that is no body. */
  static ProblemException invalid(String detail) {
    return new ProblemException(Problem.of(ProblemCode.INVALID_REQUEST, detail));
  }

  /** 409. */
  static ProblemException conflict(String detail, String hint) {
    return new ProblemException(Problem.of(ProblemCode.CONFLICT, detail).hint(hint));
  }

  /** 404 for a thing that is no agent. */
  static ProblemException notFound(String detail, String hint) {
    return new ProblemException(Problem.of(ProblemCode.NOT_FOUND, detail).hint(hint));
  }

  /** 503: the host's engine cannot be reached, so nothing has been changed. */
  static ProblemException engineAway(String reason) {
    return new ProblemException(
        Problem.of(ProblemCode.ENGINE_UNAVAILABLE, reason)
            .hint(
                "nothing was changed and what runs goes on; repeat it once the engine is back,"
                    + " which the event host.back tells")
            .retryAfter(ENGINE_RETRY_SECONDS));
  }

  /** 503: fewer than a majority of the gateways are there, so nothing has been changed. */
  static ProblemException noMajority(String reason) {
    return new ProblemException(
        Problem.of(ProblemCode.NO_MAJORITY, reason)
            .hint("calls are served all the same; GET /api/v1/cluster tells who is there")
            .retryAfter(MAJORITY_RETRY_SECONDS));
  }

  /** 422 for a manifest whose Java code is not on this machine. */
  static ProblemException missingCode(Path code) {
    String detail = "the file " + code + " does not exist on the gateway's machine";
    return new ProblemException(
        Problem.of(ProblemCode.INVALID_PARAMETERS, "/run/java: " + detail)
            .hint("put the code there first, or let nexus create write a template")
            .errors(List.of(new Problem.Fault("/run/java", detail))));
  }

  /** 422 for an agent's file that is refused. */
  static ProblemException badFile(Faulty faulty) {
    List<Problem.Fault> errors =
        faulty.faults().stream()
            .map(
                fault ->
                    new Problem.Fault(
                        faulty.file() + ":" + fault.line() + ":" + fault.column(), fault.message()))
            .toList();
    return new ProblemException(
        Problem.of(ProblemCode.INVALID_PARAMETERS, String.join("; ", faulty.lines()))
            .hint("correct the file; the last good content stays in force")
            .errors(errors));
  }

  /** 422 for a folder that is no agent's. */
  static ProblemException badFolder(Skipped skipped) {
    return new ProblemException(Problem.of(ProblemCode.INVALID_PARAMETERS, skipped.reason()));
  }
}
