"""B36, B37: more connections than there are descriptors for: no spin, no crash, and calls again once they left"""
# long: a gateway of its own
# settings: {"before": "ulimit -n 1024"}
import os
import resource
import time

from peer import ADD, PID, PORTS, Agent, Caller, Ended, check, healthy, play, post, until

TICKS = os.sysconf("SC_CLK_TCK")


def cpu():
    with open(f"/proc/{PID}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def row():
    resource.setrlimit(resource.RLIMIT_NOFILE, (3000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    Agent(PORTS[0])
    healthy()
    crowd = []
    for _ in range(1500):
        try:
            caller = Caller(patience=2)
            caller.get("/livez")
            crowd.append(caller)
        except OSError:
            break
    time.sleep(1)
    before, begin = cpu(), time.monotonic()
    time.sleep(3)
    share = (cpu() - before) / (time.monotonic() - begin)
    print(f"{len(crowd)} connections at the door of 1024 descriptors: {share * 100:.0f} % of a core while they wait")
    check(share < 0.6, share)
    os.kill(PID, 0)
    for caller in crowd:
        caller.close()

    def served():
        try:
            return post(ADD, patience=2).status == 200
        except (OSError, Ended):
            return False

    print(f"served again after {until(served, 'a call after they left', 30):.1f} s")


play(row)
