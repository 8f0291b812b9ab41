"""Scripted peers for rows that varnishtest has no words for: callers and agents of raw bytes.

A row is a program: it plays both sides, and ends with 0 if its promise held. Every wait has an end.
Only Python's own library; each connection has a thread.
"""

import json
import select
import socket
import ssl
import struct
import sys
import threading
import time

GIVEN = json.loads(sys.argv[1])
GATEWAY = ("127.0.0.1", GIVEN["gateway"])
NAME = GIVEN["agent"]
PORTS = GIVEN["ports"]
PID = GIVEN["pid"]
CALL = f"/agents/{NAME}/execute"
ADD, LOOK, SET = (b'{"tool_name":"%s"}' % tool for tool in (b"add", b"look", b"set"))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\nok"
PATIENCE = 20


def check(holds, *what):
    """Fails the row."""
    if not holds:
        raise AssertionError(" ".join(str(each) for each in what))


def until(condition, what, patience=PATIENCE):
    """Waits until something holds; returns how many seconds that took."""
    begin = time.monotonic()
    while not condition():
        check(time.monotonic() - begin < patience, "waited", patience, "s for:", what)
        time.sleep(0.01)
    return time.monotonic() - begin


def background(work, *args):
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread


def reset(sock):
    """Ends a connection with RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Ended(Exception):
    """The other side has ended the connection."""


class Message:
    """A request or an answer, as it came."""

    def __init__(self, start, headers, body, complete=True):
        self.start = start
        self.headers = headers
        self.body = body
        self.complete = complete

    @property
    def status(self):
        return int(self.start.split(b" ")[1])

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json.get("code")

    def __repr__(self):
        return repr((self.start, self.headers, self.body[:400], self.complete))


class Wire:
    """A connection, read message by message."""

    def __init__(self, sock):
        self.sock = sock
        self.left = b""

    def send(self, data):
        self.sock.sendall(data)

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Ended()
        self.left += data

    def line(self):
        while b"\r\n" not in self.left:
            self.more()
        line, self.left = self.left.split(b"\r\n", 1)
        return line

    def exactly(self, length):
        while len(self.left) < length:
            self.more()
        data, self.left = self.left[:length], self.left[length:]
        return data

    def head(self):
        start = self.line()
        headers = []
        while line := self.line():
            name, value = line.split(b":", 1)
            headers.append((name.decode("latin-1"), value.strip().decode("latin-1")))
        return Message(start, headers, b"")

    def body(self, message, is_answer):
        if message.header("transfer-encoding"):
            while size := int(self.line().split(b";")[0], 16):
                message.body += self.exactly(size)
                self.line()
            while self.line():
                pass
        elif message.header("content-length"):
            while len(message.body) < (length := int(message.header("content-length"))):
                if not self.left:
                    self.more()
                take = length - len(message.body)
                message.body, self.left = message.body + self.left[:take], self.left[take:]
        elif is_answer and message.status >= 200 and message.status not in (204, 304):
            while True:
                message.body, self.left = message.body + self.left, b""
                try:
                    self.more()
                except Ended:
                    break

    def message(self, is_answer):
        message = self.head()
        try:
            self.body(message, is_answer)
        except (Ended, ConnectionError):
            message.complete = False
        return message

    def is_ended(self, patience=PATIENCE):
        """Whether the other side ends now, and says nothing more before it does."""
        self.sock.settimeout(patience)
        try:
            return not self.left and self.sock.recv(1) == b""
        except ConnectionError:
            return not self.left

    def is_quiet(self, seconds):
        """Whether nothing comes, not even an end, for a while."""
        return not self.left and not select.select([self.sock], [], [], seconds)[0]

    def reset(self):
        reset(self.sock)

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()


class Caller(Wire):
    """Somebody who calls through the gateway."""

    def __init__(self, source=None, patience=PATIENCE):
        super().__init__(socket.create_connection(GATEWAY, patience, source and (source, 0)))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if GIVEN["tls"]:
            context = ssl.create_default_context(cafile=GIVEN["certificate"])
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")

    def post(self, body=ADD, *headers, path=None):
        lines = [f"POST {path or CALL} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
        lines += [*headers, f"Content-Length: {len(body)}", "", ""]
        self.send("\r\n".join(lines).encode("latin-1") + body)
        return self

    def get(self, path, *headers):
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))
        return self

    def reply(self, interim=False):
        while True:
            message = self.message(True)
            if interim or message.status >= 200 or message.status == 101:
                return message


def post(body=ADD, *headers, path=None, patience=PATIENCE):
    """One call on a connection of its own."""
    with Caller(patience=patience) as caller:
        return caller.post(body, *headers, path=path).reply()


def get(path, *headers):
    with Caller() as caller:
        return caller.get(path, *headers).reply()


def admin(path, method="GET", body=b""):
    """Asks the admin API."""
    with Caller() as caller:
        lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
        lines += [f"Authorization: Bearer {GIVEN['token']}", f"Content-Length: {len(body)}", "", ""]
        caller.send("\r\n".join(lines).encode() + body)
        answer = caller.reply()
        check(answer.status < 300, method, path, answer)
        return answer.json if answer.body else None


def replicas():
    return admin(f"/agents/{NAME}/replicas")["replicas"]


def healthy(count=None):
    """Waits until the row's replicas are healthy."""
    count = len(PORTS) if count is None else count
    until(
        lambda: sum(each["state"] == "healthy" for each in replicas()) == count,
        f"{count} healthy replicas",
    )


def metric(line):
    """The value of a metric, given with its labels; 0 if there is none."""
    for each in get("/metrics").body.decode().splitlines():
        if each.startswith(line + " "):
            return float(each.rsplit(" ", 1)[1])
    return 0.0


def resident():
    """Bytes of memory that the gateway has."""
    with open(f"/proc/{PID}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


class Agent:
    """A scripted agent. Probes are answered, and told of by `probes`; each call is put down in
    `requests` and given to `behave(wire, request)`, after which the connection goes on or, if it
    returns False, ends. Without `whole` the body is left to `behave`."""

    def __init__(self, port, behave=lambda wire, request: wire.send(OK), ready=lambda: 200, whole=True):
        self.port = port
        self.behave = behave
        self.ready = ready
        self.whole = whole
        self.requests = []
        self.probes = 0
        self.wires = []
        self.paused = False
        self.listener = None
        self.listen()

    def listen(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(1024)
        background(self.accept, self.listener)

    def accept(self, listener):
        try:
            while not self.paused:
                wire = Wire(listener.accept()[0])
                wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.wires.append(wire)
                background(self.serve, wire)
        except OSError:
            pass

    def serve(self, wire):
        try:
            while True:
                request = wire.head()
                if self.whole:
                    wire.body(request, False)
                path = request.start.split(b" ")[1]
                if path == b"/health":
                    self.probes += 1
                    wire.send(b"HTTP/1.1 %d Probed\r\nContent-Length: 0\r\n\r\n" % self.ready())
                elif path == b"/tools":
                    wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                else:
                    self.requests.append(request)
                    if self.behave(wire, request) is False:
                        break
        except (Ended, OSError):
            pass
        wire.close()

    def refuse(self):
        """From now on connections are refused, and those there are end."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()

    def hang_up(self):
        """Ends the idle connections there are, and waits until the gateway has taken note."""
        for wire in self.wires:
            try:
                wire.sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        until(lambda: all(wire.sock.fileno() < 0 for wire in self.wires), "the gateway to end its side")


def play(row):
    """Runs the row: a row that raises has failed."""
    begin = time.monotonic()
    row()
    print(f"held, in {time.monotonic() - begin:.1f} s")
