"""What the benches measure with: processor time from /proc, cores, other people's programs, wrk.

Only for the scripts beside it. Every program that is started here is ended by its own pid.
"""
import json
import os
import shutil
import subprocess
import sys

import workspace

HERE = os.path.dirname(os.path.realpath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")
PACKAGES = {"wrk": "wrk", "nginx": "nginx-light", "haproxy": "haproxy", "taskset": "util-linux",
            "ip": "iproute2", "iptables": "iptables"}


def need(*programs):
    """Says everything that is missing at once, with the command that brings it."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [program for program in programs if not shutil.which(program, path=path)]
    if missing:
        packages = " ".join(PACKAGES.get(program, program) for program in missing)
        raise workspace.Failure(f"{', '.join(missing)} missing: apt-get install --no-install-recommends {packages}"
                                " (and do not leave its service running)")
    os.environ["PATH"] = path


def cores():
    """The core of what is measured and the core of everything else."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise workspace.Failure("one core only: a proxy and its load need one each")
    return usable[-1], usable[0]


def used(pids):
    """Seconds of processor time of processes so far, all their threads, ended ones too: (user, kernel)."""
    user = kernel = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        user += int(fields[11])
        kernel += int(fields[12])
    return user / TICKS, kernel / TICKS


def core_times(core):
    """Ticks of one core so far: (busy, all)."""
    with open("/proc/stat") as stat:
        for line in stat:
            if line.startswith(f"cpu{core} "):
                times = [int(field) for field in line.split()[1:9]]
                idle = times[3] + times[4]
                return sum(times) - idle, sum(times)
    raise workspace.Failure(f"no core {core} in /proc/stat")


def resident(pid):
    """Resident memory in bytes."""
    return int(1024 * 1024 * workspace.memory_mb(pid, "Rss"))


def fill(template, folder, /, **values):
    """Writes a file of proxy.d with its @NAMES@ filled into a folder; answers the path."""
    with open(os.path.join(HERE, "proxy.d", template)) as source:
        text = source.read()
    for name, value in values.items():
        text = text.replace(f"@{name.upper()}@", str(value))
    target = os.path.join(folder, template)
    with open(target, "w") as out:
        out.write(text)
    return target


class Programs:
    """Other people's programs, in the foreground; use as a context manager."""

    def __init__(self, folder):
        os.chmod(folder, 0o755)  # started by root, workers of nginx are nobody
        self.folder = folder
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name, command, core=None, env=None):
        """Starts one, pinned to a core if one is given; its output goes to <name>.out in the folder."""
        pin = ["taskset", "-c", str(core)] if core is not None else []
        with open(os.path.join(self.folder, name + ".out"), "w") as out:
            process = subprocess.Popen(pin + command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.running.append(process)
        return process.pid

    def ready(self, name, condition):
        """Waits until a program serves; if it does not, tells what it printed."""
        try:
            workspace.wait_until(condition, 20, name)
        except workspace.Failure as failure:
            with open(os.path.join(self.folder, name + ".out")) as out:
                raise workspace.Failure(f"{failure}: {out.read()[-500:]}") from None


class CpuShare:
    """Holds processes to a part of one core by a control group of the system, v1 or v2; use as a context manager."""

    PERIOD_US = 100_000

    def __init__(self, share):
        self.quota = int(share * self.PERIOD_US)
        self.folder = None

    def __enter__(self):
        name = f"nexus-bench-{os.getpid()}"
        places = [(root, self._v1) for root in ("/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct")]
        places += [(root, self._v2) for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified")]
        refusals = []
        for root, limit in places:
            folder = os.path.join(root, name)
            try:
                if not os.path.exists(os.path.join(root, "cgroup.procs")):
                    continue
                os.mkdir(folder)
                self.folder, self.root = folder, root
                limit()
                return self
            except OSError as refused:
                refusals.append(str(refused))
                self.__exit__()
        raise workspace.Failure("no control group for processor time can be made here: "
                                + ("; ".join(refusals) or "none is mounted under /sys/fs/cgroup")
                                + "; it needs root, and in a container the right to write there")

    def _v1(self):
        self._write("cpu.cfs_period_us", self.PERIOD_US)
        self._write("cpu.cfs_quota_us", self.quota)

    def _v2(self):
        with open(os.path.join(self.root, "cgroup.subtree_control"), "w") as file:
            file.write("+cpu")
        self._write("cpu.max", f"{self.quota} {self.PERIOD_US}")

    def _write(self, name, value):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(str(value))

    def add(self, pid):
        self._write("cgroup.procs", pid)

    def __exit__(self, *_):
        """Lets go of the processes that still run, then removes the group."""
        if not self.folder:
            return
        try:
            with open(os.path.join(self.folder, "cgroup.procs")) as procs:
                pids = procs.read().split()
            for pid in pids:
                with open(os.path.join(self.root, "cgroup.procs"), "w") as file:
                    file.write(pid)
            workspace.wait_until(lambda: self._removed(), 10, f"the end of {self.folder}")
        finally:
            self.folder = None

    def _removed(self):
        try:
            os.rmdir(self.folder)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as found:
            return [int(child) for child in found.read().split()]
    except OSError:
        return []


def wrk(url, core, seconds, connections, body=None, headers=()):
    """Closed-loop load from one core: requests, failures, rate and latency in ms."""
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
               *(part for header in headers for part in ("-H", header)),
               "-s", os.path.join(HERE, "proxy.d", "post.lua"), url, *(["--", body] if body else [])]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60)
    figures = next((line for line in done.stdout.splitlines() if line.startswith('{"requests"')), None)
    if done.returncode != 0 or figures is None:
        raise workspace.Failure(f"wrk ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    return json.loads(figures)


def say(text):
    """Progress for people."""
    print(text, file=sys.stderr, flush=True)
