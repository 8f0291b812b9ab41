"""Calls at the very moment at which agents end idle connections."""

import threading
import time

from peer import ADD, PORTS, Agent, Ended, background, check, healthy, post


def calls_as_agents_close(lanes, idle, says, rounds):
    """Fills `lanes` connections, then calls on all again when each has been idle for as long as the
    agent lets it, give or take some milliseconds; the calls' tool does not bear repeating."""
    keep = f"Keep-Alive: {says}\r\n" if says else ""
    answer = f"HTTP/1.1 200 OK\r\n{keep}Content-Length: 2\r\n\r\nok".encode()

    def behave(wire, request):
        time.sleep(0.05)
        wire.send(answer)
        wire.sock.settimeout(idle)
        try:
            wire.more()
        except TimeoutError:
            return False
        wire.sock.settimeout(None)
        return True

    agent = Agent(PORTS[0], behave)
    healthy()
    bad = []

    def lane(number):
        last = None
        for _ in range(rounds + 1):
            if last is not None:
                time.sleep(max(0, last + idle + (number - lanes / 2) * 0.0004 - time.monotonic()))
            reply = post(ADD)
            last = time.monotonic()
            if reply.status != 200:
                bad.append(reply)

    threads = [background(lane, number) for number in range(lanes)]
    for thread in threads:
        thread.join()
    print(f"idle {idle} s ({says}): {lanes * (rounds + 1)} calls, {len(bad)} lost")
    check(not bad, len(bad), "lost, the first:", bad[:1])
    check(len(agent.requests) == lanes * (rounds + 1), len(agent.requests), "executed")
    agent.refuse()
