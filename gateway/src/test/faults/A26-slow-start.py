"""A26: while an agent is not ready nothing is sent to it; calls wait and are answered once it is"""
import time

from peer import ADD, PORTS, Agent, background, check, play, post, until

ready = [503]


def row():
    agent = Agent(PORTS[0], ready=lambda: ready[0])
    until(lambda: agent.probes > 2, "probes")
    answers = []
    calls = [background(lambda: answers.append(post(ADD).status)) for _ in range(20)]
    time.sleep(1)
    check(not agent.requests and not answers, "sent before it was ready", answers)
    hopeless = post(ADD, "X-Nexus-Timeout: 200ms")
    check(hopeless.status == 503 and hopeless.code == "no_healthy_replica", hopeless)
    ready[0] = 200
    for call in calls:
        call.join(10)
    check(answers == [200] * 20, answers)
    check(len(agent.requests) == 20, len(agent.requests), "executed")


play(row)
