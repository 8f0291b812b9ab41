"""A cluster of gateways, each on a machine of its own, and edits of its registry on all of them.

Only for the scripts beside it.
"""
import http.client
import os
import secrets
import threading

import workspace

LISTEN, ADMIN, MEMBER = 8080, 8079, 5701
EDITED = [f"Edited{number}" for number in range(6)]
CALLED = ["One", "Two", "Three"]


class Machine(workspace.Workspace):
    """Where one gateway runs: a workspace whose commands are typed in a namespace."""

    def __init__(self, java_home, spaces, number, secret):
        super().__init__(java_home)
        self.number = number
        self.address = spaces.addresses[number]
        self.prefix = spaces.inside(number)
        self.port = LISTEN
        others = [address for address in spaces.addresses if address != self.address]
        file = os.path.join(self.folder, "cluster.secret")
        with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
            out.write(secret)
        self.env.update(
            NEXUS_LISTEN=f"{self.address}:{LISTEN}",
            NEXUS_LISTEN_WITHOUT_KEYS="true",
            NEXUS_ADMIN=f"{self.address}:{ADMIN}",
            NEXUS_CLUSTER_PORT=str(MEMBER),
            NEXUS_CLUSTER_ADVERTISE=self.address,
            NEXUS_CLUSTER_MEMBERS=",".join(f"{other}:{MEMBER}" for other in others),
            NEXUS_CLUSTER_SECRET="${file:%s}" % file,
        )

    @property
    def name(self):
        return f"gateway-{self.address}-{LISTEN}"

    def request(self, method, path, body=None, headers=None, timeout=35, port=None):
        port = port or (ADMIN if path.startswith("/api/") or path.endswith("z") else LISTEN)
        connection = http.client.HTTPConnection(self.address, port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answers(self):
        """Whether it answers: the kernel may go on accepting for a dead one for a moment."""
        try:
            return self.request("GET", "/livez", timeout=1)[0] == 200
        except (OSError, http.client.HTTPException):
            return False


def start(stack, java_home, spaces):
    """Three of them, each of which knows the others."""
    secret = secrets.token_hex(16)
    machines = [stack.enter_context(Machine(java_home, spaces, number, secret)) for number in range(len(spaces.names))]
    for one in machines:
        for name in CALLED:
            one.nexus("create", "--name", name)
    ups = [(one, one.popen("up", "-d")) for one in machines]
    for one, up in ups:
        one.finish(up, ["up", "-d"], 180)
    workspace.wait_until(lambda: all(whole(one, len(machines)) for one in machines), 60, "one cluster of all")
    machines[0].nexus("scale", *(f"{name}={len(machines)}" for name in CALLED))
    workspace.wait_until(lambda: all(own(one, name) for one in machines for name in CALLED), 90, "each agent on each machine", every=0.2)
    return machines


def own(machine, agent):
    """Healthy replicas of an agent on one machine."""
    return [replica for replica in machine.healthy(agent) if replica["gateway"] == machine.name]


def whole(machine, count):
    try:
        cluster = machine.admin("/cluster")
    except (OSError, ValueError, workspace.Failure, http.client.HTTPException):
        return False
    return len(cluster["gateways"]) == count and "trouble" not in cluster


class Edits(threading.Thread):
    """Changes the descriptions of agents again and again, each agent's one after the other, on any of the gateways; remembers what
    was acknowledged, and what may have been done though it was not. Use as a context manager."""

    def __init__(self, machines, random, every=0.2):
        super().__init__(daemon=True)
        self.machines = machines
        self.random = random
        self.every = every
        self.ending = threading.Event()
        self.paused = threading.Event()
        self.turn = threading.Lock()
        self.acknowledged = dict.fromkeys(EDITED, 0)
        self.possible = {name: {0} for name in EDITED}
        self.counts = {"acknowledged": 0, "refused": 0, "unknown": 0}
        self.strange = []

    def begin(self):
        for name in EDITED:
            manifest = {"name": name, "version": "1.0.0", "description": "0", "run": {"url": ["http://127.0.0.1:9"]}}
            status, answer = self.machines[0].ask("POST", "/agents", manifest)
            if status not in (200, 201, 202):
                raise workspace.Failure(f"{name} cannot be made: {status} {answer}")
            # Nothing runs there: it is edited only.
            self.machines[0].ask("POST", f"/agents/{name}/stop", {})

    def __enter__(self):
        self.begin()
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join(60)

    def run(self):
        number = 0
        while not self.ending.wait(self.every):
            number += 1
            with self.turn:
                if not self.paused.is_set():
                    self.edit(EDITED[number % len(EDITED)], number, self.random.choice(self.machines))

    def pause(self):
        """Returns once no edit is under way: what it writes would be missing in tables that are read meanwhile."""
        self.paused.set()
        with self.turn:
            pass

    def edit(self, name, number, machine):
        try:
            status, answer = machine.ask("PATCH", f"/agents/{name}", {"description": str(number)})
        except (OSError, ValueError, http.client.HTTPException):
            # Cut off: it may have been done.
            status, answer = 0, {}
        if status in (200, 202):
            self.acknowledged[name] = number
            self.possible[name] = {number}
            self.counts["acknowledged"] += 1
        elif status == 0 or answer.get("code") == "outcome_unknown":
            self.possible[name].add(number)
            self.counts["unknown"] += 1
        else:
            self.counts["refused"] += 1
            if status != 503:
                self.strange.append(f"{machine.name}: {status} {str(answer)[:200]}")

    def table(self, machine):
        """Every agent as one gateway has it."""
        return {agent["name"]: (agent["revision"], agent["spec"]["description"], agent["enabled"])
                for agent in machine.admin("/agents?limit=1000")["agents"]}

    def lost(self, table):
        """Agents whose last acknowledged edit is not there, nor a later one that may have been done."""
        return [f"{name} is {table.get(name)}, acknowledged {self.acknowledged[name]}, possible {sorted(self.possible[name])}"
                for name in EDITED if name not in table or int(table[name][1]) not in self.possible[name]]
