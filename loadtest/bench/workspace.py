"""A folder in which the benches type ./nexus: gateway on a free loopback port, everything gone at the end.

Only for the scripts beside it. Processes are ended by pid, found by the folder's name in their
command line, environment or working folder.
"""
import glob
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
OUT = os.path.join(ROOT, "target", "bench")
LOOPBACK = "127.0.0.1"


class Failure(Exception):
    """What went wrong, for people."""


def free_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def jdk_version(home):
    """Feature version of the JDK in a folder; 0 if there is none."""
    try:
        with open(os.path.join(home, "release")) as release:
            found = re.search(r'JAVA_VERSION="(\d+)', release.read())
    except OSError:
        return 0
    return int(found.group(1)) if found and os.path.exists(os.path.join(home, "bin", "javac")) else 0


def jdks(wanted):
    """The JDKs to measure as (version, folder): those that were named, else one of each version from 17 on."""
    found = {}
    for home in wanted or sorted(glob.glob("/usr/lib/jvm/*")) + [os.environ.get("JAVA_HOME", "")]:
        version = jdk_version(home)
        if version >= 17:
            found.setdefault(version, os.path.realpath(home))
        elif wanted:
            raise Failure(f"{home} is no JDK from version 17 on; give a folder with bin/javac")
    if not found:
        raise Failure("no JDK from version 17 on in /usr/lib/jvm; name one with --jdk")
    return sorted(found.items())


def wait_until(condition, seconds, what, every=0.02):
    """Polls until the condition gives something true, and answers that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:g} s")
        time.sleep(every)


def alive(pid):
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command_line(pid, last=300):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read().replace(b"\0", b" ").decode(errors="replace")[-last:]
    except OSError:
        return "has ended meanwhile"


def memory_mb(pid, what):
    """Pss (each shared page counted in parts) or Rss of a process, in MB."""
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        found = re.search(rf"^{what}:\s+(\d+) kB", rollup.read(), re.M)
    return int(found.group(1)) / 1024


class Workspace:
    """Use as a context manager: whatever happens inside, nothing of it is left running."""

    def __init__(self, java_home, ports="18081-19980", host="process", engine=None, root=ROOT, core=None):
        """host: what runs the replicas; engine: its DOCKER_HOST, when that is not the surrounding one's;
        root: clone whose ./nexus is typed; core: the only one that the gateway may use."""
        self.root = root
        self.core = core
        self.folder = tempfile.mkdtemp(prefix="nexus-bench-")
        self.prefix = []
        self.port = free_port()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("NEXUS_")}
        self.env.update(
            NEXUS_LISTEN=f"{LOOPBACK}:{self.port}",
            NEXUS_CLUSTER_PORT="0",
            NEXUS_PORTS=ports,
            NEXUS_JAVA_HOME=java_home,
            NEXUS_HOST=host,
        )
        if engine:
            self.env["DOCKER_HOST"] = engine

    def __enter__(self):
        # Ctrl-C and SIGTERM unwind like any failure, so that the end is always reached.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        warn_if_busy()
        return self

    def __exit__(self, *_):
        self.close()

    def popen(self, *args):
        pin = ["taskset", "-c", str(self.core)] if self.core is not None and args[0] == "up" else []
        return subprocess.Popen(
            self.prefix + pin + [os.path.join(self.root, "nexus"), *args],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def nexus(self, *args, timeout=180):
        """Types ./nexus, waits, answers what it printed to stdout."""
        return self.finish(self.popen(*args), args, timeout)

    def finish(self, process, args, timeout):
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        if process.returncode != 0:
            raise Failure(f"nexus {' '.join(args)} ended with {process.returncode}:\n{(out + err)[-3000:]}")
        return out

    def request(self, method, path, body=None, headers=None, timeout=35, port=None):
        """One call on a connection of its own: (status, body)."""
        connection = http.client.HTTPConnection(LOOPBACK, port or self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def execute(self, agent, tool, parameters, port=None):
        path = "/execute" if port else f"/agents/{agent}/execute"
        body = json.dumps({"tool_name": tool, "parameters": parameters})
        return self.request("POST", path, body, port=port)

    def ask(self, method, path, body=None):
        """One call of the admin API: (status, what its answer says)."""
        with open(os.path.join(self.folder, ".nexus", "admin.token")) as token:
            headers = {"Authorization": "Bearer " + token.read().strip()}
        status, answer = self.request(method, "/api/v1" + path, None if body is None else json.dumps(body), headers)
        return status, json.loads(answer)

    def admin(self, path):
        status, answer = self.ask("GET", path)
        if status != 200:
            raise Failure(f"GET /api/v1{path} was answered with {status}: {str(answer)[:300]}")
        return answer

    def healthy(self, agent):
        """Healthy replicas of an agent, each with pid and address."""
        path = f"/agents/{urllib.parse.quote(agent)}/replicas"
        return [r for r in self.admin(path)["replicas"] if r["state"] == "healthy"]

    def docker(self, *args, timeout=60):
        """Types docker, answers what it printed."""
        done = subprocess.run(["docker", *args], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout)
        if done.returncode != 0:
            raise Failure(f"docker {' '.join(args)} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def host_id(self):
        """The label of every container that was started from here; empty before the first."""
        try:
            with open(os.path.join(self.folder, ".nexus", "host.id")) as text:
                return text.read().strip()
        except FileNotFoundError:
            return ""

    def containers(self, *more):
        """Names by id of the containers that were started from here, whatever their state."""
        rows = self.docker("ps", "-a", "--no-trunc", "--filter", f"label=nexus.host={self.host_id()}", *more,
                           "--format", "{{.ID}} {{.Names}}")
        return dict(row.split() for row in rows.splitlines())

    def gateway_pid(self):
        with open(os.path.join(self.folder, ".nexus", "gateway.json")) as running:
            return json.load(running)["pid"]

    def kill(self):
        """kill -9 of the gateway alone; the moment."""
        pid = self.gateway_pid()
        at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not alive(pid), 10, "the gateway's end")
        return at

    def processes(self):
        """Pids of everything that was started from here."""
        needle = self.folder.encode()
        found = []
        for entry in glob.glob("/proc/[0-9]*"):
            pid = int(entry.rsplit("/", 1)[1])
            if pid != os.getpid() and alive(pid) and self._names(entry, needle):
                found.append(pid)
        return found

    @staticmethod
    def _names(entry, needle):
        try:
            if os.readlink(entry + "/cwd").encode().startswith(needle):
                return True
            for file in ("/cmdline", "/environ"):
                with open(entry + file, "rb") as content:
                    if needle in content.read():
                        return True
        except OSError:
            return False
        return False

    def close(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self.nexus("down", timeout=150)
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"nexus down: {failure}", file=sys.stderr)
        if self.env["NEXUS_HOST"] == "docker" and self.host_id():
            self.remove_containers()
        left = self.processes()
        for pid in left:
            print(f"left over, ended by force: pid {pid}: {command_line(pid)}", file=sys.stderr)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_until(lambda: not any(alive(pid) for pid in left), 10, "the end of left-over processes")
        shutil.rmtree(self.folder, ignore_errors=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def remove_containers(self):
        try:
            for container, name in self.containers().items():
                print(f"left over, removed by force: container {name}", file=sys.stderr)
                self.docker("rm", "-f", container)
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"containers: {failure}", file=sys.stderr)


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def warn_if_busy():
    """Figures of a machine that others use, too, are theirs as well."""
    load = os.getloadavg()[0]
    if load > os.cpu_count() / 2:
        print(f"warning: the machine is busy already (load {load:.1f} on {os.cpu_count()} cores): times will be too long",
              file=sys.stderr)


def report(name, result, quiet=False):
    """Writes the figures to target/bench/<name>.json; quiet: says nothing of it, for those that write as they go."""
    os.makedirs(OUT, exist_ok=True)
    file = os.path.join(OUT, name + ".json")
    with open(file, "w") as out:
        json.dump(result, out, indent=2)
        out.write("\n")
    if not quiet:
        print(f"written: {os.path.relpath(file)}")


def main(run):
    """Runs a bench; its answer tells whether the promises held."""
    try:
        sys.exit(0 if run() else 1)
    except Failure as failure:
        print(f"failed: {failure}", file=sys.stderr)
        sys.exit(1)
