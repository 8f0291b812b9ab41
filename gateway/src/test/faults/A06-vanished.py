"""A6: a replica that vanishes without a word holds up no new call for longer than its connecting takes"""
# long: needs a network of its own, and waits for what never comes
# root: makes a network namespace
# replicas: 2
import os
import subprocess
import time

from peer import ADD, NAME, PORTS, Agent, admin, check, healthy, play, post

NETWORK = f"nxf{os.getpid()}"
# Of the range for tests of networks: nobody else has them.
HOST, INSIDE = "198.18.77.1", "198.18.77.2"


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=10)


def row():
    Agent(PORTS[0])
    ip("netns", "add", NETWORK)
    server = None
    try:
        ip("link", "add", NETWORK[:12] + "a", "type", "veth", "peer", "name", "inside", "netns", NETWORK)
        ip("addr", "add", f"{HOST}/30", "dev", NETWORK[:12] + "a")
        ip("link", "set", NETWORK[:12] + "a", "up")
        ip("-n", NETWORK, "addr", "add", f"{INSIDE}/30", "dev", "inside")
        ip("-n", NETWORK, "link", "set", "inside", "up")
        code = (
            "import http.server as h\n"
            "class A(h.BaseHTTPRequestHandler):\n"
            "  protocol_version='HTTP/1.1'\n"
            "  def do_GET(s): s.a()\n"
            "  def do_POST(s): s.rfile.read(int(s.headers['content-length'])); s.a()\n"
            "  def a(s): s.send_response(200); s.send_header('content-length','2'); s.end_headers(); s.wfile.write(b'ok')\n"
            "  def log_message(s, *a): pass\n"
            f"h.ThreadingHTTPServer(('{INSIDE}', 9000), A).serve_forever()"
        )
        server = subprocess.Popen(["ip", "netns", "exec", NETWORK, "python3", "-c", code])
        urls = f'{{"run":{{"url":["http://127.0.0.1:{PORTS[0]}","http://{INSIDE}:9000"]}}}}'
        admin(f"/agents/{NAME}", "PATCH", urls.encode())
        healthy(2)
        for _ in range(6):
            check(post(ADD).status == 200)
        # Nothing tells of it: packets are dropped from now on.
        ip("-n", NETWORK, "addr", "del", f"{INSIDE}/30", "dev", "inside")
        # Longer than a connection is kept for.
        time.sleep(2.2)
        slowest = 0
        for _ in range(10):
            begin = time.monotonic()
            answer = post(ADD)
            slowest = max(slowest, time.monotonic() - begin)
            check(answer.status == 200, answer)
        print(f"slowest call {slowest:.2f} s")
        check(slowest < 2.2, slowest)
    finally:
        if server:
            server.kill()
            server.wait()
        subprocess.run(["ip", "link", "del", NETWORK[:12] + "a"], timeout=10)
        subprocess.run(["ip", "netns", "del", NETWORK], timeout=10)


play(row)
