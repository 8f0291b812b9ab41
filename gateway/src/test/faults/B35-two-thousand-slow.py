"""B35: two thousand slow connections are cut off in time; honest callers are served meanwhile, memory is bounded"""
# long: two thousand connections for a quarter of a minute
# alone: a crowd keeps gateway and machine busy
# settings: {"NEXUS_JAVA_OPTS": "-Dio.netty.leakDetection.level=simple"}
# agent: {"limits": {"timeout": "5s", "idle": "2s", "concurrency": 5000, "queue": 1000}}
import resource
import time

from peer import ADD, CALL, LOOK, OK, PORTS, Agent, Caller, background, check, healthy, play, post, resident, until

EACH = 670
HEAD = f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()


def behave(wire, request):
    if b"look" not in request.body:
        return wire.send(OK)
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)


def drip(slow):
    """A byte a second to each, until they are cut off."""
    while slow:
        time.sleep(1)
        for caller in list(slow):
            try:
                caller.send(b"x")
            except OSError:
                slow.remove(caller)


def row():
    resource.setrlimit(resource.RLIMIT_NOFILE, (6000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    Agent(PORTS[0], behave)
    healthy()
    for _ in range(200):
        post(ADD)
    before = resident()
    heads, bodies, readers = [], [], []
    for _ in range(EACH):
        for crowd, said in (
            (heads, HEAD + b"X-Slow: "),
            (bodies, HEAD + b"Content-Length: 1000\r\n\r\n["),
            (readers, HEAD + b"Content-Length: %d\r\n\r\n" % len(LOOK) + LOOK),
        ):
            caller = Caller()
            caller.send(said)
            crowd.append(caller)
        time.sleep(0.005)
    background(drip, heads)
    background(drip, bodies)
    took, most, end = [], 0, time.monotonic() + 15
    while time.monotonic() < end:
        begin = time.monotonic()
        answer = post(ADD)
        check(answer.status == 200, answer)
        took.append(time.monotonic() - begin)
        most = max(most, resident() - before)
        time.sleep(0.02)
    took.sort()
    print(f"{len(took)} honest calls, p50 {took[len(took) // 2] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms;"
          f" grown by {most / 1e6:.0f} MB; still there: {len(heads)} heads, {len(bodies)} bodies")
    check(took[int(len(took) * 0.95)] < 1, took[-10:])
    check(most < 96e6, most)
    until(lambda: not heads and not bodies, "slow ones to be cut off")


play(row)
