"""A19: a circuit opens after ten failures: refused at once with the time left; 4xx and 500 never open it"""
import time

from peer import ADD, PORTS, Agent, check, healthy, play, post

status = [404]


def behave(wire, request):
    wire.send(b"HTTP/1.1 %d Mine\r\nContent-Length: 0\r\n\r\n" % status[0])


def row():
    agent = Agent(PORTS[0], behave)
    healthy()
    for each in (404, 422, 429, 500):
        status[0] = each
        for _ in range(12):
            check(post(ADD).status == each, each)
    agent.requests.clear()
    status[0] = 503
    # Half of the window's calls must have failed.
    while post(ADD).header("proxy-status") is None:
        check(len(agent.requests) < 100, "the circuit does not open")
    sent = len(agent.requests)
    took = []
    for _ in range(20):
        begin = time.monotonic()
        answer = post(ADD)
        took.append(time.monotonic() - begin)
        check(answer.status == 503 and answer.code == "circuit_open", answer)
        check(1 <= int(answer.header("retry-after")) <= 5, answer)
    check(len(agent.requests) == sent, "sent though open")
    took = [seconds * 1000 for seconds in sorted(took)]
    print(f"opened after {sent} failures; refusals take {took[0]:.1f} to {took[-1]:.1f} ms")
    # The quickest: what others do on this machine is not the gateway's time.
    check(took[0] < 10, took, "ms")


play(row)
