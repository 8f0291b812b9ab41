"""B46: forwarded headers are believed of trusted peers only"""
# settings: {"NEXUS_TRUSTED_PROXIES": "127.0.0.2/32"}
from peer import ADD, PORTS, Agent, Caller, check, healthy, play

SAID = ("X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example")


def row():
    agent = Agent(PORTS[0])
    healthy()
    for source, trusted in (("127.0.0.1", False), ("127.0.0.2", True)):
        with Caller(source=source) as caller:
            check(caller.post(ADD, *SAID).reply().status == 200)
        seen = agent.requests.pop()
        chain = seen.header("x-forwarded-for") or ""
        check(("6.6.6.6" in chain) == trusted, source, seen)
        check(chain.endswith(source), source, seen)
        check((seen.header("x-forwarded-proto") == "https") == trusted, source, seen)


play(row)
