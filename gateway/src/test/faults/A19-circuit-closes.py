"""A19: an open circuit lets a few trials through, no herd, and closes when they go well"""
# long: the time a circuit stays open
import time

from peer import ADD, OK, PORTS, Agent, background, check, healthy, play, post, until

sick = [True]


def behave(wire, request):
    if sick[0]:
        return wire.send(b"HTTP/1.1 503 Sick\r\nContent-Length: 0\r\n\r\n")
    time.sleep(0.5)
    wire.send(OK)


def row():
    agent = Agent(PORTS[0], behave)
    healthy()
    until(lambda: post(ADD).header("proxy-status"), "the circuit opens")
    sick[0] = False
    sent = len(agent.requests)
    until(lambda: len(agent.requests) > sent or post(ADD).status == 200, "trials", 10)
    # While trials run, a herd comes.
    answers = []
    herd = [background(lambda: answers.append(post(ADD).status)) for _ in range(40)]
    time.sleep(0.3)
    check(len(agent.requests) - sent <= 4, len(agent.requests) - sent, "trials at once")
    for each in herd:
        each.join()
    until(lambda: post(ADD).status == 200 and post(ADD).status == 200, "the circuit closes", 15)
    print("the herd got", sorted(answers))


play(row)
