"""A20: one of three replicas that is a hundred times slower soon gets little to do; callers hardly notice"""
# long: slowness shows over time
# replicas: 3
# agent: {"balance": "least-requests"}
import time

from peer import LOOK, OK, PORTS, Agent, Caller, background, check, healthy, play

LEARN, MEASURE = 6, 6


def agent(port, seconds):
    def behave(wire, request):
        time.sleep(seconds)
        wire.send(OK)

    return Agent(port, behave)


def row():
    slow = agent(PORTS[0], 2)
    quick = [agent(port, 0.02) for port in PORTS[1:]]
    healthy()
    took, early = [], []
    begin = time.monotonic()

    def caller():
        with Caller() as wire:
            while (start := time.monotonic()) < begin + LEARN + MEASURE:
                check(wire.post(LOOK).reply().status == 200)
                if start > begin + LEARN:
                    took.append(time.monotonic() - start)
                else:
                    early[:] = [len(slow.requests)]
                time.sleep(0.02)

    for each in [background(caller) for _ in range(8)]:
        each.join()
    took.sort()
    p50, p95, p99 = (took[int(len(took) * part)] for part in (0.5, 0.95, 0.99))
    print(f"{len(took)} calls, p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms;"
          f" {len(slow.requests)} to the slow one, {sum(len(q.requests) for q in quick)} to the others")
    # It is tried again now and then, and each try costs a caller its two seconds.
    tries = len(slow.requests) - early[0]
    check(tries <= len(took) / 20, tries, "of", len(took))
    check(len(slow.requests) <= 20, len(slow.requests))


play(row)
