"""A22: a replica whose calls break is left out although its health route says it is well"""
# replicas: 2
import time

from peer import LOOK, PORTS, Agent, check, healthy, play, post, reset


def row():
    liar = Agent(PORTS[0], lambda wire, request: reset(wire.sock))
    Agent(PORTS[1])
    healthy()
    end = time.monotonic() + 3
    calls = 0
    while time.monotonic() < end:
        check(post(LOOK).status == 200)
        calls += 1
        time.sleep(0.01)
    print(f"{len(liar.requests)} of {calls} calls met the liar, {liar.probes} probes were answered well")
    check(liar.probes > 0, "it was not probed")
    check(len(liar.requests) <= 5, len(liar.requests), "calls met it")


play(row)
