"""The proxies that benches compare: our gateway, nginx, HAProxy; each with its pids, its port, its core.

Only for the scripts beside it; configurations in proxy.d.
"""
import os
import re
import socket

import machine
import workspace

AGENT = "bench"
REPLICAS = 3
EVENTS = 20
ECHO = "/usr/lib/nginx/modules/ngx_http_echo_module.so"  # comes with nginx-light
LARGE = 100 * 1024
MANIFEST = """name: %s
version: 1.0.0
description: Answers at once
run: {url: [%s]}
health: {interval: %s}
limits: {concurrency: 4096, queue: 4096}
"""


def crowd(number):
    """The address of one of the agents that are registered and not called: ten of them share one."""
    return f"127.1.{number // 10 // 250}.{1 + number // 10 % 250}"


def backends(programs, core, answer, others=0):
    """Starts three agents on the core, and so many others at the first one's port; answer: small, large or events.
    Answers the three ports."""
    ports = [workspace.free_port() for _ in range(REPLICAS)]
    folder = programs.folder
    modules = f"load_module {ECHO};" if answer == "events" else ""
    config = machine.fill("backends.conf", folder, folder=folder, modules=modules, answer=ANSWERS[answer](folder),
                          listen=" ".join([f"listen 127.0.0.1:{port} backlog=4096;" for port in ports]
                                          + [f"listen {crowd(number)}:{ports[0]};" for number in range(0, others, 10)]))
    programs.start("backends", ["nginx", "-p", folder, "-c", config], core)
    for port in ports:
        programs.ready("backends", lambda port=port: answers(port, "/execute"))
    return ports


def small(_):
    return """return 200 '{"result":{"text":"0123456789abcdef"}}';"""


def large(folder):
    os.makedirs(os.path.join(folder, "answers"), exist_ok=True)
    with open(os.path.join(folder, "answers", "execute"), "w") as out:
        out.write('{"result":"' + "x" * (LARGE - 13) + '"}')
    return "error_page 405 =200 $uri;"  # a file by POST is refused, and then found by GET


def events(_):
    one = """echo -n "data: {\\"progress\\": 1, \\"text\\": \\"0123456789abcdef\\"}\\n\\n"; echo_flush; echo_sleep 0.01;"""
    return "default_type text/event-stream; add_header X-Accel-Buffering no; " + one * EVENTS


ANSWERS = {"small": small, "large": large, "events": events}


def answers(port, path):
    """Whether a POST gets a 200; on a connection of its own."""
    body = b'{"tool_name":"echo","parameters":{"text":"0123456789abcdef"}}'
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" \
           f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((workspace.LOOPBACK, port), 2) as connection:
            connection.settimeout(5)
            connection.sendall(head.encode() + body)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


class PlainVertx:
    """The least that a proxy on Vert.x can do, with the flags, the transport and the jars of a gateway that runs."""

    def __init__(self, programs, core, ports, gateway):
        self.name = f"Vert.x alone {gateway.version}"
        self.port = workspace.free_port()
        self.log = os.path.join(programs.folder, self.name.replace(" ", "-") + ".gc")
        with open(f"/proc/{gateway.pid}/cmdline", "rb") as line:
            arguments = line.read().decode().split("\0")
        flags = [flag for flag in arguments[1:arguments.index("-cp")]
                 if not flag.startswith(("-XX:AOT", "-XX:SharedArchive", "-Xlog", "-Dnexus"))]
        source = os.path.join(machine.HERE, "proxy.d", "PlainVertx.java")
        name = f"plain-{gateway.version}"
        self.pid = programs.start(name, [arguments[0], *flags, allocation_log(self.log), "-cp", arguments[arguments.index("-cp") + 1],
                                         source, gateway.transport(), str(self.port), *map(str, ports)], core)
        programs.ready(name, lambda: answers(self.port, f"/agents/{AGENT}/execute"))

    def pids(self):
        return [self.pid]


def allocation_log(file):
    """Flag of a JVM that tells of each collection what had been allocated since the one before."""
    return f"-Xlog:gc+heap=info:file={file}"


def allocated(file):
    """Bytes that were allocated up to the last collection: what was in Eden at each."""
    with open(file) as log:
        return sum(1024 * int(used) for used in re.findall(r"Eden: (\d+)K\(", log.read()))


class Nginx:
    name = "nginx"

    def __init__(self, programs, core, ports):
        self.port = workspace.free_port()
        config = machine.fill("nginx.conf", programs.folder, folder=programs.folder, port=self.port,
                              servers=" ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=1s;" for port in ports))
        self.master = programs.start("nginx", ["nginx", "-p", programs.folder, "-c", config], core)
        programs.ready("nginx", lambda: answers(self.port, f"/agents/{AGENT}/execute"))

    def pids(self):
        return [self.master, *machine.children(self.master)]


class Haproxy:
    """log: "file" (a line is written at once to its stdout, a file) or "ring" (kept in memory, the cheapest)."""

    name = "haproxy"

    def __init__(self, programs, core, ports, log="file"):
        self.port = workspace.free_port()
        ring = "ring calls\n  format raw\n  maxlen 1024\n  size 4194304\n" if log == "ring" else ""
        servers = "\n  ".join(f"server agent{i} 127.0.0.1:{port}" for i, port in enumerate(ports))
        config = machine.fill("haproxy.cfg", programs.folder, port=self.port, servers=servers, ring=ring,
                              log="ring@calls format raw local0" if ring else "stdout format raw local0")
        self.pid = programs.start("haproxy", ["haproxy", "-db", "-f", config], core)
        programs.ready("haproxy", lambda: answers(self.port, f"/agents/{AGENT}/execute"))

    def pids(self):
        return [self.pid]


class Gateway:
    """Ours, by ./nexus up; use as a context manager (the workspace ends it)."""

    def __init__(self, ports, core=None, home=None, version=0, transport=None, root=workspace.ROOT, name=None, agents=1,
                 java=(), also=None):
        self.place = workspace.Workspace(home, root=root, core=core)
        self.name = name or f"gateway {version}" + (f" {transport}" if transport else "")
        self.place.env["NEXUS_JAVA_OPTS"] = " ".join(java)
        if transport:
            self.place.env["NEXUS_TRANSPORT"] = transport
        self.ports = ports
        self.agents, self.version = agents, version
        self.also = also or {}  # further agents by name, with their ports
        self.port = self.place.port

    def __enter__(self):
        self.place.__enter__()
        try:
            self._manifest(AGENT, ", ".join(f"http://127.0.0.1:{port}" for port in self.ports), "1s")
            for name, ports in self.also.items():
                self._manifest(name, ", ".join(f"http://127.0.0.1:{port}" for port in ports), "1s")
            for number in range(1, self.agents):
                self._manifest(f"other{number}", f"http://{crowd(number)}:{self.ports[0]}", "1h")
            self.place.nexus("up", "-d", timeout=600)
            self.pid = self.place.gateway_pid()
            workspace.wait_until(lambda: answers(self.port, f"/agents/{AGENT}/execute") or self._ended(), 600, self.name)
            workspace.wait_until(lambda: self._registered() or self._ended(), 600, f"{self.agents} agents", every=1)
        except BaseException:
            self.place.close()
            raise
        return self

    def __exit__(self, *_):
        self.place.close()

    def _manifest(self, name, addresses, interval):
        folder = os.path.join(self.place.folder, "agents", name)
        os.makedirs(folder)
        with open(os.path.join(folder, "agent.yaml"), "w") as out:
            out.write(MANIFEST % (name, addresses, interval))

    def _ended(self):
        if not workspace.alive(self.pid):
            with open(os.path.join(self.place.folder, ".nexus", "logs", "gateway.log")) as log:
                raise workspace.Failure(f"{self.name} has ended: {log.read()[-500:]}")

    def _registered(self):
        if self.agents == 1:
            return len(self.place.healthy(AGENT)) == REPLICAS
        agents = self.place.admin("/agents")["agents"]
        return sum(agent["status"]["state"] == "healthy" for agent in agents) == self.agents

    def pids(self):
        return [self.pid]

    def transport(self):
        """What the gateway's log says of it."""
        with open(os.path.join(self.place.folder, ".nexus", "logs", "gateway.log")) as log:
            found = re.findall(r"transport (?:native )?\(?(io_uring|epoll|nio)", log.read())
        return found[0] if found else "unknown"
