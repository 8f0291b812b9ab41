"""B42, B43: paths are read once, in one way: no trick reaches another route, the admin API, or an agent's shell"""
from peer import NAME, PORTS, Agent, Caller, check, healthy, play

REFUSED = [
    "/agents/%2e%2e/api/v1/agents",
    "/agents/%2E%2E/api/v1/agents",
    "/agents/../api/v1/agents",
    "/agents/./x/execute",
    "/agents//execute",
    "/agents/{name}/execute/..",
    "/agents/{name}/%2e%2e/%2e%2e/api/v1/agents",
    "/agents/{name}%2Fexecute",
    "/agents/{name}%2fexecute",
    "/agents/{name};x=1/execute",
    "/agents/{name};/../../api/v1/agents",
    "/agents/{name}%00/execute",
    "/agents/{name}/execute%00",
    "/agents/{name}\\execute",
    "/agents/{name}%5cexecute",
    "/agents/%c0%ae%c0%ae/api/v1/agents",
    "/agents/%ff%fe/execute",
    "/agents/{name}%/execute",
    "/agents/{name}%2/execute",
    "/agents/{name}%zz/execute",
    "/agents/%E2%80%AE/execute",
    "/agents/-{name}/execute",
    "/agents/{name}-/execute",
    "/agents/{name}:80/execute",
    "/agents/a_b/execute",
    "/agents/$(reboot)/execute",
    "/agents/`reboot`/execute",
    "/agents/a%20b/execute",
    "/agents/a%0d%0ab/execute",
    "/agents/%D0%B0gent/execute",
    "/agents/" + "a" * 41 + "/execute",
    "/agents/" + "a" * 4000 + "/execute",
]
UNKNOWN = [
    "/agents/{name}//execute",
    "//agents/{name}/execute",
    "/agents/__proto__/execute",
    "/agents/constructor/execute",
    "/agents/toString/execute",
    "/agents/{name}/executes",
    "/agents/{name}/Execute",
    "/agents/{name}/execute/",
    "/Agents/{name}/execute",
    "/agents%2f{name}%2fexecute",
]
BODY = b"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def ask(path, method="POST"):
    with Caller() as caller:
        caller.send(f"{method} {path} HTTP/1.1\r\nHost: localhost".encode() + BODY)
        return caller.reply()


def row():
    agent = Agent(PORTS[0])
    healthy()
    faults = {}
    for template in REFUSED + UNKNOWN:
        path = template.replace("{name}", NAME)
        for method in ("POST", "GET"):
            expected = (400,) if template in REFUSED and method == "POST" else (400, 404, 405)
            answer = ask(path, method)
            if answer.status not in expected:
                faults[method, template[:60]] = answer.status
            elif not answer.header("content-type").startswith("application/problem+json"):
                faults[method, template[:60]] = answer.header("content-type")
    check(not faults, faults)
    check(not agent.requests, "the agent saw", agent.requests)
    # Names are matched without regard to case, and may be written with escapes.
    for path in (f"/agents/{NAME.upper()}/execute", f"/agents/%{ord(NAME[0]):x}{NAME[1:]}/execute"):
        check(ask(path).status == 200, path)
    check([each.start for each in agent.requests] == [b"POST /execute HTTP/1.1"] * 2, agent.requests)


play(row)
