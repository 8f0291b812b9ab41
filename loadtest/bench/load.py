"""Calls at a constant rate by Load.java, and what became of each.

Only for the scripts beside it.
"""
import collections
import csv
import os
import subprocess

import machine
import workspace

Call = collections.namedtuple("Call", "number target momentMs status code latencyUs lateUs attempts replica reused")
SOURCE = os.path.join(machine.HERE, "Load.java")


class Load:
    """One generator in a process of its own; use as a context manager: it is ended with the block."""

    def __init__(self, home, folder, name="load", core=None, **options):
        self.file = os.path.join(folder, name + ".csv")
        self.seconds = float(options["seconds"]) + float(options.get("warm", 0)) + float(options.get("patience", 35000)) / 1000
        targets = options.pop("targets")
        arguments = [f"{key}={value}" for key, value in {**options, "out": self.file}.items()]
        pin = ["taskset", "-c", str(core)] if core is not None else []
        self.command = [*pin, os.path.join(home, "bin", "java"), "-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData", SOURCE,
                        *(f"target={target}" for target in targets), *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        begun = self.process.stdout.readline().split()
        if begun[:1] != ["begun"]:
            self.process.wait(10)
            raise workspace.Failure(f"the load generator did not begin: {self.process.stderr.read()[-500:]}")
        self.zero = int(begun[1])  # wall clock in ms of moment 0
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def calls(self):
        """Waits for the end; every call in the order of its answer."""
        try:
            self.process.wait(self.seconds + 60)
        except subprocess.TimeoutExpired:
            raise workspace.Failure("the load generator did not end") from None
        if self.process.returncode != 0:
            raise workspace.Failure(f"the load generator ended with {self.process.returncode}:"
                                    f" {self.process.stderr.read()[-500:]}")
        lost = int(self.process.stdout.read().split()[-1])
        if lost:
            raise workspace.Failure(f"the load generator lost sight of {lost} calls")
        return read(self.file)


def read(file):
    with open(file) as lines:
        return [Call(int(n), int(t), int(m), int(s), c, int(l), int(w), int(a), r, r2 == "1")
                for n, t, m, s, c, l, w, a, r, r2 in csv.reader(lines)]


def run(home, folder, **options):
    """Runs one to its end."""
    with Load(home, folder, **options) as load:
        return load.calls()


def statuses(calls):
    """How many by status and code."""
    return dict(sorted(collections.Counter(f"{call.status} {call.code}".strip() for call in calls).items()))


def latency(calls, status=200):
    """Percentiles in ms of the calls with a status; None = of all."""
    took = [call.latencyUs / 1000 for call in calls if status is None or call.status == status]
    return {f"p{name}Ms": round(workspace.percentile(took, part), 3) for name, part in (("50", 0.5), ("99", 0.99))} \
        | {"maxMs": round(max(took, default=0.0), 3), "calls": len(took)}


def late(calls):
    """Share of calls that were sent more than 10 ms after their moment: then the generator was the limit, too."""
    return round(sum(call.lateUs > 10_000 for call in calls) / max(1, len(calls)), 5)
