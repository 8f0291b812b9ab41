"""A2: a refused call goes to another replica; when all refuse it is 503 with Retry-After"""
# replicas: 2
from peer import ADD, PORTS, Agent, check, healthy, play, post


def row():
    first, second = [Agent(port) for port in PORTS]
    healthy()
    first.refuse()
    again = 0
    for _ in range(10):
        answer = post(ADD)
        check(answer.status == 200, answer)
        again += answer.header("x-nexus-attempts") == "2"
    check(again >= 1, "no call met the refusal")
    check(len(second.requests) == 10, "one execution for each call")
    second.refuse()
    answer = post(ADD, "X-Nexus-Timeout: 500ms")
    check(answer.status == 503 and answer.code == "no_healthy_replica", answer)
    check(int(answer.header("retry-after")) >= 1, answer)
    check(answer.header("proxy-status") == "nexus; error=destination_unavailable", answer)
    check(answer.json["retryable"] is True, answer)


play(row)
