"""B34: floods of HTTP/2 frames end their connection, cost no memory, and nobody else notices"""
# settings: {"NEXUS_TLS_CERT": "${folder}/cert.pem", "NEXUS_TLS_KEY": "${folder}/key.pem"}
import struct
import subprocess
import time

from h2 import (
    CANCEL, CONTINUATION, DATA, END_HEADERS, H2, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE,
    literal, packed, request,
)
from peer import ADD, CALL, GATEWAY, GIVEN, OK, PORTS, Agent, check, healthy, play, resident

COUNT = 3000


def flood(name, piece, calmed=True):
    """Sends pieces until the other side has had enough."""
    with H2() as wire:
        try:
            for number in range(COUNT):
                wire.sock.sendall(piece(number * 2 + 1))
        except OSError:
            pass
        print(name, end=": ")
        check(not calmed or wire.is_calmed(), name, "was borne")


def rapid_reset(stream):
    return packed(HEADERS, END_HEADERS, stream, request(CALL)) + packed(
        RST_STREAM, 0, stream, struct.pack(">I", CANCEL)
    )


def made_you_reset(stream):
    return packed(HEADERS, END_HEADERS, stream, request(CALL)) + packed(
        WINDOW_UPDATE, 0, stream, struct.pack(">I", 0)
    )


def continuation(stream):
    if stream == 1:
        return packed(HEADERS, 0, 1, literal(":method", "POST"))
    return packed(CONTINUATION, 0, 1)


def bomb(stream):
    """One long line put into the table, then named again and again."""
    if stream == 1:
        line = b"\x40\x01x\x7f\x81\x1e" + b"v" * 4000
        return packed(HEADERS, END_HEADERS | 1, 1, request(CALL) + line)
    return packed(HEADERS, END_HEADERS | 1, stream, request(CALL) + b"\xbe" * 3000)


def honest():
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", GIVEN["certificate"], "-m", "20", "-w", "%{http_version} %{http_code}",
         "-H", "Content-Type: application/json", "-d", ADD.decode(), f"https://localhost:{GATEWAY[1]}{CALL}"],
        capture_output=True, timeout=30,
    )
    check(done.stdout == b"ok2 200", done)


def row():
    agent = Agent(PORTS[0], lambda wire, request: time.sleep(0.2) or wire.send(OK))
    healthy()
    honest()
    before = resident()
    agent.requests.clear()
    flood("rapid reset", rapid_reset)
    flood("made you reset", made_you_reset)
    check(len(agent.requests) < 600, len(agent.requests), "calls were made")
    flood("continuation", continuation)
    flood("empty data", lambda stream: packed(HEADERS, END_HEADERS, 1, request(CALL)) if stream == 1 else packed(DATA, 0, 1))
    flood("header bomb", bomb, calmed=False)
    flood("settings", lambda stream: packed(SETTINGS, 0, 0, struct.pack(">HI", 4, 65535)) * 10, calmed=False)
    flood("ping", lambda stream: packed(PING, 0, 0, b"12345678") * 10, calmed=False)
    begin = time.monotonic()
    honest()
    grown = (resident() - before) / 1e6
    print(f"an honest call took {time.monotonic() - begin:.2f} s; grown by {grown:.0f} MB")
    check(grown < 96, "grown by", grown, "MB")


play(row)
