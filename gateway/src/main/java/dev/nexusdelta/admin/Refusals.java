package dev.nexusdelta.admin;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import java.util.List;

/** What the admin API says no with, where more than one handler says it. */
final class Refusals {
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
}
