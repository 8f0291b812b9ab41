"""A1: a call whose replica dies is 502 and runs once; a tool that bears it goes to another replica"""
# replicas: 2
from peer import ADD, CALL, LOOK, OK, PORTS, SET, Agent, check, healthy, metric, play, post, reset

dying = []


def behave(wire, request):
    if not dying:
        return wire.send(OK)
    dying.pop()
    reset(wire.sock)
    return False


def row():
    agents = [Agent(port, behave) for port in PORTS]
    seen = lambda: sum(len(agent.requests) for agent in agents)
    healthy()
    dying.append(1)
    answer = post(ADD, "Idempotency-Key: k")
    check(answer.status == 502 and answer.code == "replica_broke", answer)
    check(answer.header("proxy-status") == "nexus; error=connection_terminated", answer)
    check(answer.json["retryable"] is False, answer)
    check(answer.header("x-nexus-attempts") is None, answer)
    check(seen() == 1, "executed", seen(), "times")
    for body in (LOOK, SET):
        healthy()
        before = seen()
        dying.append(1)
        answer = post(body)
        check(answer.status == 200 and answer.header("x-nexus-attempts") == "2", answer)
        check(seen() == before + 2, "sent", seen() - before, "times")


play(row)
