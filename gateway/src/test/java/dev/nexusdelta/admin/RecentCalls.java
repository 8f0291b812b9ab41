package dev.nexusdelta.admin;

import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.calls.CallRecord;
import dev.nexusdelta.calls.CallSampling.Kept;
import java.util.List;

/** Recent calls for tests. */
final class RecentCalls {
  private static final long MILLI = 1_000_000;

  private RecentCalls() {}

  /** One of which everything is known, {@code full}, and one of which next to nothing is. */
  static void fill(CallHistory calls) {
    long at = FakeFleet.NOW.toEpochMilli();
    calls.add(
        new CallRecord(
            "full",
            at - 5000,
            "Echo",
            "echo",
            504,
            new CallRecord.Problem("deadline_exceeded", "too late", "wait", "limits.timeout"),
            Kept.FAILED,
            new CallRecord.Phases(MILLI, 1201 * MILLI, -1, 2000 * MILLI),
            List.of(new CallRecord.Wait(MILLI, 1201 * MILLI, 2, 2, 4)),
            List.of(
                new CallRecord.Attempt("echo-1", 1201 * MILLI, 1202 * MILLI, "refused"),
                new CallRecord.Attempt("echo-2", 1203 * MILLI, 2000 * MILLI, "given_up")),
            new CallRecord.Deadline(2000 * MILLI, "limits.timeout in agent.yaml"),
            new CallRecord.Keyed("unknown", null),
            17,
            0,
            "127.0.0.1:5"));
    calls.add(
        new CallRecord(
            "bare",
            at - 1000,
            null,
            null,
            404,
            new CallRecord.Problem("agent_unknown", null, null, null),
            Kept.FAILED,
            new CallRecord.Phases(-1, -1, -1, MILLI),
            List.of(),
            List.of(),
            null,
            null,
            0,
            0,
            "127.0.0.1:6"));
    calls.add(
        new CallRecord(
            "slow",
            at - 3000,
            "Other",
            "echo",
            200,
            null,
            Kept.SLOW,
            new CallRecord.Phases(0, MILLI, 300 * MILLI, 400 * MILLI),
            List.of(),
            List.of(new CallRecord.Attempt("other-1", MILLI, 400 * MILLI, null)),
            new CallRecord.Deadline(2000 * MILLI, "limits.timeout in agent.yaml"),
            null,
            17,
            5,
            "127.0.0.1:5"));
  }
}
