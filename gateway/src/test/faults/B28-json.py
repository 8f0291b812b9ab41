"""B28: a body that is no JSON is 400 with its place, in bounded time; what is opaque stays so"""
import time

from peer import ADD, CALL, PORTS, Agent, Caller, check, healthy, play, post

BAD = [
    b"",
    b"{",
    b'{"tool_name":"add"',
    b'{"tool_name":"add",}',
    b'{"a":\n tru}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":01}',
    b'{"a":+1}',
    b'{"a":"\x01"}',
    b'{"a":"\\x"}',
    b"{'a':1}",
    b"{a:1}",
    b'{"a":1}{"b":2}',
    b'{"a":1} x',
    b'{"a":/* */1}',
    b'\xef\xbb\xbf{"tool_name":"add"}',
    b'{"a":"\xff\xfe"}',
    b'{"a":"\xc0\xaf"}',
    b'{"a":"\xed\xa0\x80"}',
    b'\x00{\x00"\x00a\x00"\x00:\x001\x00}',
    b"[" * 60_000,
    b'{"a":' * 10_000,
]
GOOD = [
    b'{"tool_name":"add","tool_name":"look"}',
    b'{"a":1e999999,"b":123456789012345678901234567890}',
    b'{"a":"\\ud800"}',
    b"[]",
    b"[" * 100_000,
]


def row():
    agent = Agent(PORTS[0])
    healthy()
    with Caller() as caller:
        for body in BAD:
            begin = time.monotonic()
            answer = caller.post(body).reply()
            check(answer.status == 400 and answer.code == "invalid_request", body[:40], answer)
            check(time.monotonic() - begin < 2, body[:40], "takes too long")
        detail = caller.post(b'{"a":\n tru}').reply().json["detail"]
        check("line 2, column" in detail, detail)
        for body in (b"x", b"[1]", b'"a"', b'{"a":1},"tool_name":"set"', b'{"a":1}}'):
            answer = caller.post(body, path=f"/agents/{agent_name()}/tools/add").reply()
            check(answer.status == 400, body, answer)
    check(not agent.requests, "the agent saw", agent.requests)
    for body in GOOD:
        check(post(body).status == 200, body[:40])
        check(agent.requests[-1].body == body, "changed on its way:", body[:40])


def agent_name():
    return CALL.split("/")[2]


play(row)
