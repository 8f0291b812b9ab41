"""B33, B34: what HTTP/2 can say and HTTP/1.1 cannot is refused on its stream, and no agent sees any of it"""
# settings: {"NEXUS_TLS_CERT": "${folder}/cert.pem", "NEXUS_TLS_KEY": "${folder}/key.pem"}
# agent: {"limits": {"timeout": "20s", "idle": "1s"}}
import struct

from h2 import DATA, END_HEADERS, END_STREAM, GOAWAY, H2, RST_STREAM, literal, request
from peer import CALL, LOOK, PORTS, Agent, check, healthy, play, until

REFUSED = {
    "transfer-encoding": (request(CALL, ("transfer-encoding", "chunked")), b"{}"),
    "connection": (request(CALL, ("connection", "x-a"), ("x-a", "1")), b"{}"),
    "upper case": (request(CALL, ("X-Upper", "1")), b"{}"),
    "CRLF in a value": (request(CALL, ("x-a", "1\r\nx-b: 2")), b"{}"),
    "NUL in a value": (request(CALL, ("x-a", "1\x002")), b"{}"),
    "CRLF in a name": (request(CALL, ("x-a\r\nx-b", "1")), b"{}"),
    "colon in a name": (request(CALL, ("x:a", "1")), b"{}"),
    "blank in the path": (request(CALL + " HTTP/1.1"), b"{}"),
    "CRLF in the path": (request(CALL + "\r\nx-a: 1"), b"{}"),
    "no path": (request(""), b"{}"),
    "path without slash": (request(CALL[1:]), b"{}"),
    "pseudo header late": (request(CALL) + literal(":path", "/api/v1/agents"), b"{}"),
    "unknown pseudo header": (request(CALL, (":evil", "1")), b"{}"),
    "content-length too long": (request(CALL, ("content-length", "9")), b"{}"),
    "content-length too short": (request(CALL, ("content-length", "1")), b"{}"),
    "content-length twice": (request(CALL, ("content-length", "2"), ("content-length", "3")), b"{}"),
    "host of another": (request(CALL, ("host", "evil.example")), b"{}"),
    "authority of another": (request(CALL, authority="evil.example"), b"{}"),
    "method of two words": (request(CALL, method="POST /x HTTP/1.1\r\nx:"), b"{}"),
}


def behave(wire, request):
    if b"look" in request.body:
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                wire.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            stalled.append(1)
            raise
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc" if b"cut" in request.body else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    return False if b"cut" in request.body else None


stalled = []


def row():
    agent = Agent(PORTS[0], behave)
    healthy()
    faults = {}
    for name, (block, body) in REFUSED.items():
        with H2() as wire:
            try:
                stream = wire.open(block, END_HEADERS)
                wire.frame(DATA, END_STREAM, stream, body)
            except OSError:
                pass
            status = wire.status(stream)
            # Reset, ended, or told so: any but an answer of the agent.
            if status not in (None, 0, 400, -1) or agent.requests:
                faults[name] = (status, agent.requests)
                agent.requests.clear()
    check(not faults, f"{len(faults)} of {len(REFUSED)}:", faults)

    # An answer that breaks off is a stream that breaks off.
    with H2() as wire:
        stream = wire.open(request(CALL), END_HEADERS)
        wire.frame(DATA, END_STREAM, stream, b'{"cut":1}')
        frame = wire.until(lambda kind, flags, at, payload: at == stream and (kind == RST_STREAM or flags & END_STREAM))
        check(frame and frame[0] == RST_STREAM, frame)

    # Who grants no window for its answer is cut off, and the agent told.
    with H2(settings=struct.pack(">HI", 4, 0)) as wire:
        stream = wire.open(request(CALL), END_HEADERS)
        wire.frame(DATA, END_STREAM, stream, LOOK)
        took = until(lambda: stalled, "the stalled call to end", 10)
        frame = wire.until(lambda kind, flags, at, payload: kind in (RST_STREAM, GOAWAY))
        print(f"a stalled stream ended after {took:.1f} s by", frame and frame[0])


play(row)
