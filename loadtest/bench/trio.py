"""Three gateways of one cluster on this machine's loopback, one agent behind them, and calls with keys.

Only for the scripts beside it.
"""
import http.client
import os
import time

import contenders
import gateways
import workspace

DEADLINE = 10
PATH = f"/agents/{contenders.AGENT}/execute"
SCOPE = f"invoke:{contenders.AGENT}"
BODY = b'{"tool_name":"echo","parameters":{"text":"0123456789abcdef"}}'


def start(stack, home, ports):
    """The three, whole, each of which asks for a key; the agent's replicas listen at these ports."""
    places = [stack.enter_context(workspace.Workspace(home)) for _ in range(3)]
    members = [workspace.free_port() for _ in places]
    for place, member in zip(places, members):
        place.env.update(NEXUS_CLUSTER_PORT=str(member),
                         NEXUS_CLUSTER_MEMBERS=",".join(f"{workspace.LOOPBACK}:{port}" for port in members))
        agent = os.path.join(place.folder, "agents", contenders.AGENT)
        os.makedirs(agent)
        with open(os.path.join(agent, "agent.yaml"), "w") as out:
            out.write(contenders.MANIFEST % (contenders.AGENT, ", ".join(f"http://{workspace.LOOPBACK}:{port}" for port in ports), "1s"))
    for place, up in [(place, place.popen("up", "-d")) for place in places]:
        place.finish(up, ["up", "-d"], 180)
    workspace.wait_until(lambda: whole(places), 60, "one cluster of three")
    workspace.wait_until(lambda: all(contenders.answers(place.port, PATH) for place in places), 60, "the agent with each gateway", every=0.1)
    create(places[0], "standing")
    # One that has not heard of it takes any key: its 200 would mean nothing.
    workspace.wait_until(lambda: all(place.request("POST", PATH, BODY)[0] == 401 for place in places), DEADLINE, "a key needed at each gateway")
    return places


def whole(places):
    return all(gateways.whole(place, len(places)) for place in places)


def create(place, name, **more):
    """The key's token; more: what else its wish says."""
    status, answer = place.ask("POST", "/keys", {"name": name, "scopes": [SCOPE], **more})
    if status != 201:
        raise workspace.Failure(f"key {name} was not made: {status}, {answer.get('code')}")
    return answer["token"]


class Connection:
    """Calls one gateway with a key, one call after the other, on one connection while that lasts."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection(workspace.LOOPBACK, port, timeout=DEADLINE)
        self.headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}

    def call(self):
        """When it was sent and answered, its status and headers; status 0 for a connection that failed."""
        sent = time.monotonic()
        try:
            self.connection.request("POST", PATH, BODY, self.headers)
            answer = self.connection.getresponse()
            answer.read()
            status, headers = answer.status, answer.headers
        except (OSError, http.client.HTTPException):
            self.connection.close()
            status, headers = 0, {}
        return sent, time.monotonic(), status, headers

    def close(self):
        self.connection.close()
