"""B36: thousands of idle connections cost some KB each and take nothing from those who call"""
# long: thousands of connections
# alone: a crowd keeps gateway and machine busy
# settings: {"NEXUS_JAVA_OPTS": "-Dio.netty.leakDetection.level=simple"}
import resource
import time

from peer import ADD, PORTS, Agent, Caller, check, get, healthy, play, post, resident, until

COUNT = 4000


def row():
    resource.setrlimit(resource.RLIMIT_NOFILE, (COUNT + 500, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    Agent(PORTS[0])
    healthy()
    for _ in range(200):
        check(post(ADD).status == 200)
    before = resident()
    idle = []
    for _ in range(COUNT):
        caller = Caller()
        caller.get("/livez")
        idle.append(caller)
    for caller in idle:
        check(caller.reply().status == 200)
    each = (resident() - before) / COUNT / 1000
    begin = time.monotonic()
    for _ in range(50):
        check(post(ADD).status == 200)
    print(f"{COUNT} idle connections: {each:.1f} KB each; a call takes {(time.monotonic() - begin) * 20:.1f} ms")
    check(get("/livez").status == 200)
    check(each < 30, each, "KB each")
    for caller in idle:
        caller.close()
    until(lambda: post(ADD).status == 200, "a call after they left")


play(row)
