"""A21: health that flaps from probe to probe moves a replica down once, not to and fro, and fails no call"""
# agent: {"health": {"interval": "100ms"}}
import itertools
import time

from peer import ADD, NAME, PORTS, Agent, admin, check, healthy, play, post, replicas

flips = itertools.cycle((503, 200))


def row():
    flapping = [False]
    agent = Agent(PORTS[0], ready=lambda: next(flips) if flapping[0] else 200)
    healthy()
    born = replicas()[0]["id"]
    flapping[0] = True
    end = time.monotonic() + 2.5
    calls, states = 0, []
    while time.monotonic() < end:
        answer = post(ADD)
        check(answer.status == 200, answer)
        state = replicas()[0]["state"]
        if not states or states[-1] != state:
            states.append(state)
        calls += 1
        time.sleep(0.05)
    check(agent.probes > 8, agent.probes, "probes")
    check(len(states) <= 3, states)
    check(replicas()[0]["id"] == born, "replaced")
    print(f"{agent.probes} probes, {calls} calls, states {states}")


play(row)
