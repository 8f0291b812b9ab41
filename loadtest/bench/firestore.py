"""A Firestore emulator in a network namespace of its own, from which nothing comes and into which nothing goes when told.

Only for the scripts beside it. Needs root: the namespace, its pair of interfaces and the rules in it are the kernel's.
"""
import datetime
import http.client
import ipaddress
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

import machine
import workspace

PROJECT = "demo-nexus"
SCRIPT = os.path.join(workspace.ROOT, ".ci", "emulator")
DOCUMENTS = f"/v1/projects/{PROJECT}/databases/(default)/documents/agents"
OWNER = {"Authorization": "Bearer owner", "Content-Type": "application/json"}
NETWORKS = ipaddress.ip_network("10.213.0.0/16")
# Typed inside the namespace, where alone the emulator is reached during an outage.
WRITER = """
import http.client, json, sys
host, port, headers, edits = json.load(sys.stdin)
connection = http.client.HTTPConnection(host, port, timeout=30)
times = []
for path, body in edits:
    connection.request("PATCH", path, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        sys.exit(f"PATCH {path} was answered with {answer.status}: {text[:300]}")
    times.append(json.loads(text)["updateTime"])
print(json.dumps(times))
"""


class Emulator:
    """Use as a context manager: it leaves no process, namespace, interface or file."""

    def __init__(self, java_home):
        self.env = {**os.environ, "JAVA_HOME": java_home}
        self.space = f"nexus-bench-{os.getpid()}"
        self.outer, self.inner = f"nxo{os.getpid()}", f"nxi{os.getpid()}"
        self.folder = self.host = self.port = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise workspace.Failure("a network namespace, a pair of interfaces and rules that drop packets need root:"
                                    f" sudo {' '.join(sys.argv)}")
        machine.need("ip", "iptables")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.folder = tempfile.mkdtemp(prefix="nexus-emulator-")
        try:
            self._connect()
            self.env["NEXUS_TEST_FIRESTORE_HOST"] = self.host
            self.port = int(self._typed(*self._inside(SCRIPT, "start", self.folder)).strip().rpartition(":")[2])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        subprocess.run([SCRIPT, "stop", self.folder], stdin=subprocess.DEVNULL)
        if self.space in self._typed("ip", "netns", "list").split():
            for pid in self._typed("ip", "netns", "pids", self.space).split():
                os.kill(int(pid), signal.SIGKILL)
            self._typed("ip", "netns", "del", self.space)
        # Deleted with the namespace that has its other end, unless that was never put there.
        subprocess.run(["ip", "link", "del", self.outer], stdin=subprocess.DEVNULL, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        signal.signal(signal.SIGINT, before)

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def _connect(self):
        """Makes the namespace, and the two interfaces that join it with the surrounding one."""
        here, self.host = (str(address) for address in self._free_network().hosts())
        self._typed("ip", "netns", "add", self.space)
        self._typed("ip", "link", "add", self.outer, "type", "veth", "peer", "name", self.inner, "netns", self.space)
        self._typed("ip", "address", "add", f"{here}/30", "dev", self.outer)
        self._typed("ip", "link", "set", self.outer, "up")
        self._typed(*self._inside("ip", "address", "add", f"{self.host}/30", "dev", self.inner))
        for name in ("lo", self.inner):
            self._typed(*self._inside("ip", "link", "set", name, "up"))

    def _free_network(self):
        """The first of four addresses of which this machine knows none, neither as its own nor by a route."""
        known = []
        for text in re.findall(r"\b\d+\.\d+\.\d+\.\d+(?:/\d+)?", self._typed("ip", "-4", "route", "show", "table", "all")):
            known.append(ipaddress.ip_network(text, strict=False))
        for network in NETWORKS.subnets(new_prefix=30):
            if not any(network.overlaps(one) for one in known):
                return network
        raise workspace.Failure(f"no four free addresses in {NETWORKS}: ip -4 route show table all tells who has them")

    def _inside(self, *command):
        return ["ip", "netns", "exec", self.space, *command]

    def _typed(self, *command, given=None):
        done = subprocess.run(command, input=given, stdin=subprocess.DEVNULL if given is None else None, capture_output=True,
                              env=self.env, text=True, timeout=90)
        if done.returncode != 0:
            raise workspace.Failure(f"{' '.join(command)[:200]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def drop(self):
        """From now on packets get lost in both directions: nothing is refused, closed or answered. When that began."""
        kept = http.client.HTTPConnection(self.host, self.port, timeout=1)
        kept.connect()
        for chain, direction in (("INPUT", "-i"), ("OUTPUT", "-o")):
            self._typed(*self._inside("iptables", "-w", "-A", chain, direction, self.inner, "-j", "DROP"))
        began = time.monotonic()
        try:
            self._silent("an open connection", lambda: (kept.request("GET", "/"), kept.getresponse()))
            self._silent("a new connection", lambda: socket.create_connection((self.host, self.port), timeout=1))
        finally:
            kept.close()
        return began

    @staticmethod
    def _silent(what, attempt):
        try:
            attempt()
        except TimeoutError:
            return
        except OSError as refused:
            raise workspace.Failure(f"{what} to the dropped emulator is refused, not left without answer: {refused}") from None
        raise workspace.Failure(f"{what} to the dropped emulator is answered")

    def lift(self):
        """Packets pass again."""
        self._typed(*self._inside("iptables", "-w", "-F"))

    def edit(self, edits):
        """Writes fields, {agent: {"card.purpose": "…"}}, from inside; the documents' update times."""
        wanted = [(f"{DOCUMENTS}/{agent.lower()}?" + "&".join(f"updateMask.fieldPaths={path}" for path in fields) +
                   "&currentDocument.exists=true", {"fields": nested(fields)}) for agent, fields in edits.items()]
        given = json.dumps([self.host, self.port, OWNER, wanted])
        return json.loads(self._typed(*self._inside(sys.executable, "-c", WRITER), given=given))

    def documents(self, only=None):
        """All documents as JSON, by key, each with its update time: {key: (time, content)}; not while it is dropped."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            mask = f"&mask.fieldPaths={only}" if only else ""
            connection.request("GET", f"{DOCUMENTS}?pageSize=300{mask}", headers=OWNER)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise workspace.Failure(f"the emulator answered {answer.status}: {body}")
        return {document["name"].rpartition("/")[2]: (document["updateTime"], plain({"mapValue": document}))
                for document in body.get("documents", [])}


def nested(fields):
    """{"card.purpose": "x"} as Firestore writes it."""
    tree = {}
    for path, value in fields.items():
        *above, last = path.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {"mapValue": {"fields": {}}})["mapValue"]["fields"]
        place[last] = {"booleanValue": value} if isinstance(value, bool) else {"stringValue": value}
    return tree


def plain(value):
    """What a value of Firestore's JSON says."""
    (kind, content), = ((kind, content) for kind, content in value.items())
    if kind == "mapValue":
        return {name: plain(one) for name, one in content.get("fields", {}).items()}
    if kind == "arrayValue":
        return [plain(one) for one in content.get("values", [])]
    return int(content) if kind == "integerValue" else content


def seconds(update_time):
    """Of an update time, since the epoch."""
    return datetime.datetime.fromisoformat(update_time).timestamp()
