"""Agents that are edited here and in Firestore, what was acknowledged of that, and whether both sides say so.

Only for the scripts beside it.
"""
import collections
import contextlib
import http.server
import os
import re
import threading
import time

import workspace

# What of an agent is edited; None = not known there.
State = collections.namedtuple("State", "description enabled pinned deleted")
GONE = State(None, False, None, True)

CALLED = [f"Called{i}" for i in range(1, 5)]
NEAR = [f"Near{i:02d}" for i in range(1, 17)]
# Who is edited on which side; nobody here that is not among the agents above.
HERE = NEAR[:5] + CALLED[:3]
DELETED = NEAR[5]
SWITCHED = NEAR[6:8]
BOTH = [NEAR[8], CALLED[3], NEAR[9], NEAR[10]]
THERE = NEAR[11:]
KINDS = ["describe", "conflict", "scale", "describe", "create", "conflict", "switch", "conflict", "delete", "conflict"]
CANARY = "OUTAGE_CANARY"


class Answer(http.server.BaseHTTPRequestHandler):
    """Of an agent that is edited only: it is healthy."""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        body = b'{"tools":[{"name":"echo","description":"Answers"}]}' if self.path == "/tools" else b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A gateway that was killed has cut its connections."""


@contextlib.contextmanager
def answering():
    """What runs those agents, an address for each; the URLs."""
    servers = [Server((workspace.LOOPBACK, 0), Answer) for _ in NEAR]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://{workspace.LOOPBACK}:{server.server_port}" for server in servers]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class Agents:
    """The agents by name with the state that the last acknowledged edit gave them."""

    def __init__(self, place, urls):
        """urls: of what answers for those that are not called."""
        self.place = place
        self.urls = urls
        self.here = {}
        self.there = {}
        self.contested = {}
        self.answered = 0
        self.pending = 0
        self.refused = []
        self.slowest = 0.0

    def begin(self):
        """Four that are called, two of them with two replicas, each with a secret; sixteen that are edited only."""
        for name in CALLED:
            self.place.nexus("create", "--name", name)
            with open(os.path.join(self.place.folder, "agents", name.lower(), "agent.yaml"), "a") as manifest:
                manifest.write("secrets: [%s]\nenv: {COPY: \"${env:%s}\"}\n" % (CANARY, CANARY))
        self.place.nexus("start-all")
        self.place.nexus("scale", f"{CALLED[0]}=2", f"{CALLED[1]}=2")
        for name in CALLED:
            agent = self.place.admin(f"/agents/{name}")
            self.here[name] = State(agent["spec"]["description"], True, agent["pinned"], False)
        for name in NEAR:
            self.create(name, f"{name} as it was made")
        if self.refused:
            raise workspace.Failure(f"agents cannot be made: {self.refused[0]}")
        self.answered = self.pending = 0

    def replicas(self):
        return [replica for name in CALLED for replica in self.place.healthy(name)]

    def edit(self, number):
        """One of those that people make, all kinds in turn."""
        kind, turn = KINDS[number % len(KINDS)], number // len(KINDS)
        if kind == "describe":
            self.describe(HERE[number % len(HERE)], number)
        elif kind == "conflict":
            self.contest(BOTH[KINDS[:number % len(KINDS)].count(kind)], number)
        elif kind == "scale":
            name = CALLED[turn % 3]
            self.scale(name, 3 - (self.here[name].pinned or 1))
        elif kind == "create":
            # What was deleted in the round before is made again, as another.
            self.create(DELETED if self.here[DELETED] == GONE else f"New{turn}", f"made in edit {number}")
        elif kind == "delete":
            self.delete(DELETED if turn % 2 == 0 else max(self.fresh()))
        else:
            name = SWITCHED[turn % 2]
            self.switch(name, not self.here[name].enabled)

    def fresh(self):
        return [name for name, state in self.here.items() if name.startswith("New") and state != GONE]

    def contest(self, name, number):
        """Of an agent that is edited there too; by turns its description, its number, whether it runs."""
        if name == CALLED[3] and not self.here[name].pinned:
            self.scale(name, 2)
        elif name == BOTH[2] and self.here[name].enabled:
            self.switch(name, False)
        else:
            self.describe(name, number)
        self.contested[name] = self.here[name]

    def describe(self, name, number):
        text = f"{name} after edit {number}"
        self.ask(name, "PATCH", f"/agents/{name}", {"description": text}, lambda state: state._replace(description=text))

    def scale(self, name, count):
        self.ask(name, "POST", f"/agents/{name}/scale", {"replicas": count}, lambda state: state._replace(pinned=count))

    def switch(self, name, on):
        self.ask(name, "POST", f"/agents/{name}/{'start' if on else 'stop'}", {}, lambda state: state._replace(enabled=on))

    def create(self, name, text):
        manifest = {"name": name, "version": "1.0.0", "description": text, "run": {"url": [self.urls[len(self.here) % len(self.urls)]]}}
        self.ask(name, "POST", "/agents", manifest, lambda _: State(text, True, None, False))

    def delete(self, name):
        self.ask(name, "DELETE", f"/agents/{name}", None, lambda _: GONE)

    def ask(self, name, method, path, body, change):
        began = time.monotonic()
        status, answer = self.place.ask(method, path, body)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if not 200 <= status < 300:
            self.refused.append(f"{method} {path}: {status} {str(answer)[:300]}")
            return
        self.answered += 1
        self.pending += answer.get("sync") == "pending"
        self.here[name] = change(self.here.get(name))

    def edit_there(self, emulator, turn):
        """In Firestore: of agents that nobody edits here, and of some that somebody does. Their update times."""
        for name in THERE + BOTH:
            self.there[name] = {"card.purpose": f"{name} as edited there, {turn}"}
        self.there[THERE[0]]["enabled"] = turn % 2 == 0
        return emulator.edit(self.there)

    def wanted(self, name):
        """What both sides have to say at last; the document wins where both were edited."""
        state, fields = self.here[name], self.there.get(name)
        return state if fields is None else state._replace(description=fields["card.purpose"], enabled=fields.get("enabled", True))

    def differences(self, emulator):
        """What is not in Firestore yet, and what of the edits made there is not here."""
        documents = {key: outside(content) for key, (_, content) in emulator.documents().items()}
        specs = {agent["name"]: inside(agent) for agent in self.place.admin("/agents?limit=1000")["agents"]}
        away, missing = [], []
        for name in self.here:
            wanted, document = self.wanted(name), documents.get(name.lower())
            if specs.get(name, GONE) != wanted:
                missing.append(f"{name} is {specs.get(name, GONE)} here, expected {wanted}")
            # One that came and went meanwhile needs no document.
            if document != wanted and not (wanted == GONE and document is None and name.startswith("New")):
                away.append(f"{name} is {document} in Firestore, expected {wanted}")
        return away, missing

    def kept(self):
        """Of the agents that were edited on both sides: those whose own edit is listed as superseded."""
        listed = {name: [inside(revision) for revision in self.place.admin(f"/agents/{name}/superseded")["superseded"]]
                  for name in self.contested}
        return [name for name, states in listed.items() if self.contested[name] in states]


def inside(agent):
    """Of what the admin API says."""
    return GONE if agent.get("deleted") else State(agent["spec"]["description"], agent["enabled"], agent["pinned"], False)


def outside(content):
    """Of what a document says."""
    return GONE if content["deleted"] else State(content["card"].get("purpose"), content["enabled"], content.get("pinned"), False)


def indiscreet(documents, canary, replicas):
    """Where documents tell a secret, or who runs where at this moment."""
    live = {str(replica[key]) for replica in replicas for key in ("id", "pid", "address", "gateway")}
    word = re.compile("|".join(rf"(?<![\w.-]){re.escape(text)}(?![\w.-])" for text in sorted(live)))
    return [f"{key}: {path} says {value}" for key, (_, content) in documents.items() for path, value in leaves(content)
            if canary in str(value) or path != "manifest.port" and word.search(str(value))]


def leaves(value, path=""):
    """Everything that a document says, each with where."""
    if isinstance(value, (dict, list)):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, f"{path}.{name}".lstrip("."))
    else:
        yield path, value
