"""B33: whatever two readers could read in two ways is 400 and close, and no agent sees any of it"""
from peer import CALL, PORTS, Agent, Caller, Ended, check, healthy, play

LINE = b"POST %s HTTP/1.1\r\n" % CALL.encode()
HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
BODY = b"{}"
CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"
# What an attacker would have served: it follows every head and every body below.
POISON = LINE + HOST + JSON + b"X-Poison: 1\r\nContent-Length: 2\r\n\r\n{}"


def head(*lines, start=LINE, host=HOST):
    """A request with these header lines and a body in the way they say, as well as may be."""
    chunked = any(b"chunked" in line for line in lines)
    return start + host + JSON + b"".join(lines) + b"\r\n" + (CHUNKS if chunked else BODY)


def length(value):
    return head(b"Content-Length: %s\r\n" % value)


def encoding(value):
    return head(b"Transfer-Encoding: %s\r\n" % value)


def chunks(data):
    """A chunked request of which only the body is strange."""
    return LINE + HOST + JSON + CHUNKED + b"\r\n" + data


REFUSED = {
    # Framed twice, or in no way that all agree on.
    "CL and TE": head(b"Content-Length: 2\r\n", CHUNKED),
    "TE and CL": head(CHUNKED, b"Content-Length: 2\r\n"),
    "CL.TE": LINE + HOST + JSON + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "TE xchunked": encoding(b"xchunked"),
    "TE chunked, xchunked": encoding(b"chunked, xchunked"),
    "TE chunked ,": encoding(b"chunked ,"),
    "TE , chunked": encoding(b", chunked"),
    "TE chunked, chunked": encoding(b"chunked, chunked"),
    "TE chunked;x": encoding(b"chunked;x=1"),
    'TE "chunked"': encoding(b'"chunked"'),
    "TE chunked identity": head(CHUNKED, b"Transfer-Encoding: identity\r\n"),
    "TE identity": encoding(b"identity"),
    "TE empty": encoding(b""),
    "TE folded": head(b"Transfer-Encoding:\r\n chunked\r\n"),
    "TE VT": encoding(b"\x0bchunked"),
    "TE FF": encoding(b"\x0cchunked"),
    "TE VT after": encoding(b"chunked\x0b"),
    "TE NUL": encoding(b"chunked\x00"),
    "TE twice": head(CHUNKED, CHUNKED),
    "TE in HTTP/1.0": head(CHUNKED, start=LINE.replace(b"1.1", b"1.0")),
    "TE quoted name": head(b'"Transfer-Encoding": chunked\r\n'),
    "TE space before colon": head(b"Transfer-Encoding : chunked\r\n"),
    "TE tab before colon": head(b"Transfer-Encoding\t: chunked\r\n"),
    "TE leading blank": head(b" Transfer-Encoding: chunked\r\n"),
    "Transfer_Encoding": head(b"Transfer_Encoding: chunked\r\n", b"Content-Length: 2\r\n"),
    "CL twice, other": head(b"Content-Length: 2\r\n", b"Content-Length: 3\r\n"),
    "CL list, other": length(b"2, 3"),
    "CL +2": length(b"+2"),
    "CL -2": length(b"-2"),
    "CL 0x2": length(b"0x2"),
    "CL 2 2": length(b"2 2"),
    "CL 2.0": length(b"2.0"),
    "CL 2;": length(b"2;"),
    "CL empty": length(b""),
    "CL text": length(b"two"),
    "CL overflow": length(b"18446744073709551618"),
    "CL long overflow": length(b"99999999999999999999"),
    "CL other digits": length("٢".encode()),
    "CL space before colon": head(b"Content-Length : 2\r\n"),
    "CL folded": head(b"Content-Length:\r\n 2\r\n"),
    "Content_Length": head(b"Content_Length: 2\r\n"),
    # Lines that end or begin where others see none.
    "obs-fold": head(b"X-A: 1\r\n 2\r\n", b"Content-Length: 2\r\n"),
    "obs-fold, tab": head(b"X-A: 1\r\n\t2\r\n", b"Content-Length: 2\r\n"),
    "fold after the request line": LINE + b" X: 1\r\n" + HOST + JSON + b"Content-Length: 2\r\n\r\n{}",
    "bare CR in a value": head(b"X-A: 1\rContent-Length: 50\r\n", b"Content-Length: 2\r\n"),
    "bare CR in a name": head(b"X\r-A: 1\r\n", b"Content-Length: 2\r\n"),
    "NUL in a value": head(b"X-A: a\x00b\r\n", b"Content-Length: 2\r\n"),
    "NUL in a name": head(b"X\x00A: 1\r\n", b"Content-Length: 2\r\n"),
    "blank in a name": head(b"X A: 1\r\n", b"Content-Length: 2\r\n"),
    "no colon": head(b"nothing\r\n", b"Content-Length: 2\r\n"),
    "no name": head(b": 1\r\n", b"Content-Length: 2\r\n"),
    "NUL in the target": head(b"Content-Length: 2\r\n", start=LINE.replace(b"exe", b"e\x00e")),
    "NUL first": b"\x00" + head(b"Content-Length: 2\r\n"),
    "control bytes first": b"\x01\x02\x1f" + head(b"Content-Length: 2\r\n"),
    "blank first": b" " + head(b"Content-Length: 2\r\n"),
    "version HTTP/1.1x": head(b"Content-Length: 2\r\n", start=LINE.replace(b"1.1", b"1.1x")),
    "two blanks before the version": head(b"Content-Length: 2\r\n", start=LINE.replace(b" HTTP", b"  x HTTP")),
    # Chunks.
    "chunk +2": chunks(b"+2\r\n{}\r\n0\r\n\r\n"),
    "chunk -2": chunks(b"-2\r\n{}\r\n0\r\n\r\n"),
    "chunk 0x2": chunks(b"0x2\r\n{}\r\n0\r\n\r\n"),
    "chunk 2_": chunks(b"2_\r\n{}\r\n0\r\n\r\n"),
    "chunk blank first": chunks(b" 2\r\n{}\r\n0\r\n\r\n"),
    "chunk empty": chunks(b"\r\n{}\r\n0\r\n\r\n"),
    "chunk overflow": chunks(b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    "chunk int overflow": chunks(b"100000002\r\n{}\r\n0\r\n\r\n"),
    "chunk spill": chunks(b"2\r\n{}XX0\r\n\r\n"),
    "chunk spill after": chunks(b"2\r\n{}XX\r\n0\r\n\r\n"),
    "chunk data without CR": chunks(b"2\r\n{}\n0\r\n\r\n"),
    "chunk line of LF, TERM.EXT": chunks(b"2\n{}\r\n0\r\n\r\n"),
    "chunk ext with LF, EXT.TERM": chunks(b"2;a\nb\r\n{}\r\n0\r\n\r\n"),
    "chunk line of CR": chunks(b"2\r{}\r\n0\r\n\r\n"),
    "chunk ext with CR": chunks(b"2;a\rb\r\n{}\r\n0\r\n\r\n"),
    "chunk ext with NUL": chunks(b"2;a\x00\r\n{}\r\n0\r\n\r\n"),
    "chunk ext quoted CRLF": chunks(b'2;a="\r\n{}\r\n0\r\n\r\n"\r\n{}\r\n0\r\n\r\n'),
    "last chunk of LF": chunks(b"2\r\n{}\r\n0\n\r\n"),
    "trailer Content-Length": chunks(b"2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n"),
    "trailer Transfer-Encoding": chunks(b"2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "trailer Host": chunks(b"2\r\n{}\r\n0\r\nHost: evil\r\n\r\n"),
    "trailer Authorization": chunks(b"2\r\n{}\r\n0\r\nAuthorization: x\r\n\r\n"),
    "trailer content_length": chunks(b"2\r\n{}\r\n0\r\nContent_Length: 3\r\n\r\n"),
    # Who is asked.
    "no Host": head(b"Content-Length: 2\r\n", host=b""),
    "Host twice": head(b"Content-Length: 2\r\n", host=HOST + HOST),
    "Host twice, other": head(b"Content-Length: 2\r\n", host=HOST + b"Host: evil\r\n"),
    "Host folded": head(b"Content-Length: 2\r\n", host=b"Host:\r\n localhost\r\n"),
    "absolute target of another host": head(
        b"Content-Length: 2\r\n", start=LINE.replace(b"/agents", b"http://evil/agents")
    ),
    "target without path": head(b"Content-Length: 2\r\n", start=LINE.replace(b" /agents", b" agents")),
}


def answers(data):
    """All that comes back until the connection ends."""
    with Caller(patience=3) as caller:
        caller.send(data)
        came = []
        try:
            while True:
                came.append(caller.reply())
        except (Ended, ConnectionError):
            return came, True
        except TimeoutError:
            return came, False


def fault(name, data, agent):
    agent.requests.clear()
    came, ended = answers(data + POISON)
    if len(came) == 1 and came[0].status == 501 and name.startswith("TE"):
        pass
    elif len(came) != 1 or came[0].status != 400 or came[0].code != "invalid_request":
        return f"answered {[each.status for each in came]}"
    if agent.requests:
        poisoned = [each.header("x-poison") is not None for each in agent.requests]
        return f"the agent saw {len(poisoned)} requests, poisoned: {poisoned}"
    if came[0].header("connection") != "close" or not ended:
        return "not closed"
    return None


def row():
    agent = Agent(PORTS[0])
    healthy()
    faults = {}
    for name, data in REFUSED.items():
        if wrong := fault(name, data, agent):
            faults[name] = wrong
    check(not faults, f"{len(faults)} of {len(REFUSED)}:", faults)
    print(f"{len(REFUSED)} variants refused")
    # What is in order is framed anew.
    for data in (head(b"Content-Length: 2\r\n"), head(CHUNKED), chunks(b"1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-T: 1\r\n\r\n")):
        with Caller() as caller:
            caller.send(data)
            check(caller.reply().status == 200)
        seen = agent.requests.pop()
        check(seen.body == b"{}", seen)
        check(len(seen.all("content-length")) + len(seen.all("transfer-encoding")) == 1, seen)
        check(not seen.header("x-t"), seen)


play(row)
