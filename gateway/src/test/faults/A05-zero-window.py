"""A5: an agent that does not read a large body is 504 at the deadline, and memory does not follow the body"""
# agent: {"limits": {"timeout": "2s", "request": "512MiB"}}
import time

from peer import CALL, PORTS, Agent, Caller, background, check, healthy, play, resident

BODY = 200_000_000


def upload(caller):
    try:
        while True:
            caller.send(b"x" * 100_000)
    except OSError:
        pass


def row():
    Agent(PORTS[0], lambda wire, request: time.sleep(30), whole=False)
    healthy()
    before = resident()
    with Caller() as caller:
        caller.send(
            f"POST {CALL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {BODY}\r\n\r\n".encode()
        )
        begin = time.monotonic()
        background(upload, caller)
        answer = caller.reply()
        took = time.monotonic() - begin
    check(answer.status == 504 and answer.code == "deadline_exceeded", answer)
    check(answer.header("connection") == "close", answer)
    check(took < 4, "took", took)
    grown = (resident() - before) / 1e6
    print(f"grown by {grown:.0f} MB of {BODY / 1e6:.0f}")
    check(grown < 64, "grown by", grown, "MB")


play(row)
