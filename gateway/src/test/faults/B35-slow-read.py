"""B35: a caller that does not read its answer is cut off, and its agent with it; no fault of the agent"""
# agent: {"limits": {"timeout": "60s", "idle": "1s"}}
from peer import LOOK, PORTS, Agent, Caller, check, healthy, play, replicas, until

cut = []


def behave(wire, request):
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    try:
        while True:
            wire.send(piece)
    except OSError:
        cut.append(1)
        raise


def row():
    Agent(PORTS[0], behave)
    healthy()
    with Caller() as caller:
        caller.post(LOOK)
        took = until(lambda: cut, "the agent to be told")
        print(f"cut after {took:.1f} s")
        check(0.9 < took < 8, took)
    check(replicas()[0]["state"] == "healthy", replicas())


play(row)
