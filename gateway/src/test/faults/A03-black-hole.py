"""A3: a replica that drops SYN costs a second, then another is asked; when all do, the call ends in time"""
# replicas: 2
import socket
import time

from peer import ADD, PORTS, Agent, check, healthy, play, post, until

crowd = []


def black_hole(agent):
    """Fills the queue of a listener that accepts no more: the system drops what comes then."""
    agent.hang_up()
    agent.listener.listen(0)
    agent.paused = True
    until(lambda: not another(agent), "connections are dropped")


def another(agent):
    sock = socket.socket()
    sock.settimeout(0.3)
    crowd.append(sock)
    try:
        sock.connect(("127.0.0.1", agent.port))
        return True
    except TimeoutError:
        return False


def timed(*headers):
    begin = time.monotonic()
    return post(ADD, *headers), time.monotonic() - begin


def row():
    first, second = [Agent(port) for port in PORTS]
    healthy()
    black_hole(first)
    again = 0
    for _ in range(3):
        answer, took = timed()
        check(answer.status == 200 and took < 2.5, took, answer)
        again += answer.header("x-nexus-attempts") == "2"
    check(again >= 1, "no call met the black hole")
    black_hole(second)
    answer, took = timed("X-Nexus-Timeout: 2500ms")
    check(answer.status in (503, 504) and took < 3.5, took, answer)
    check(answer.code in ("no_healthy_replica", "deadline_exceeded"), answer)
    print(f"all dropping: {answer.status} after {took:.2f} s")


play(row)
