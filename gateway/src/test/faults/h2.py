"""HTTP/2 of raw frames over TLS: only what a caller needs who means no good."""

import socket
import ssl
import struct

from peer import GATEWAY, GIVEN, PATIENCE, Ended

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PROTOCOL_ERROR, CANCEL, ENHANCE_YOUR_CALM = 1, 8, 11
# Static table of HPACK: whole lines, by index.
STATUS = {0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500}


def literal(name, value):
    """A header line, neither indexed nor packed."""
    name, value = name.encode("latin-1"), value.encode("latin-1")
    return b"\x00" + number(len(name)) + name + number(len(value)) + value


def number(value):
    """With a prefix of seven bits."""
    if value < 127:
        return bytes([value])
    out, value = b"\x7f", value - 127
    while value >= 128:
        out, value = out + bytes([value % 128 + 128]), value // 128
    return out + bytes([value])


def request(path, *headers, method="POST", authority="localhost", scheme="https"):
    lines = [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path)]
    lines += [("content-type", "application/json"), *headers]
    return b"".join(literal(*line) for line in lines)


class H2:
    """One connection. Frames that come are kept in `seen` as (type, flags, stream, payload)."""

    def __init__(self, settings=b"", patience=PATIENCE):
        context = ssl.create_default_context(cafile=GIVEN["certificate"])
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(GATEWAY, patience)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(raw, server_hostname="localhost")
        assert self.sock.selected_alpn_protocol() == "h2", "no HTTP/2 offered"
        self.seen = []
        self.left = b""
        self.stream = -1
        self.sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.frame(SETTINGS, 0, 0, settings)

    def frame(self, kind, flags, stream, payload=b""):
        self.sock.sendall(packed(kind, flags, stream, payload))

    def open(self, block, flags=END_STREAM | END_HEADERS, stream=None):
        """Begins a stream; returns its number."""
        if stream is None:
            self.stream = stream = self.stream + 2
        self.frame(HEADERS, flags, stream, block)
        return stream

    def read(self):
        while len(self.left) < 9 or len(self.left) < 9 + int.from_bytes(self.left[:3], "big"):
            data = self.sock.recv(65536)
            if not data:
                raise Ended()
            self.left += data
        length = int.from_bytes(self.left[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", self.left[3:9])
        frame = (kind, flags, stream & 0x7FFFFFFF, self.left[9 : 9 + length])
        self.left = self.left[9 + length :]
        self.seen.append(frame)
        if kind == SETTINGS and not flags & ACK:
            self.frame(SETTINGS, ACK, 0)
        return frame

    def until(self, wanted):
        """Reads on; the first frame that is wanted, or None if the connection ends."""
        try:
            while True:
                frame = self.read()
                if wanted(*frame):
                    return frame
        except (Ended, ConnectionError, ssl.SSLError):
            return None

    def status(self, stream):
        """Of the answer on a stream; 0 if the stream was reset, None if the connection ended."""
        frame = self.until(lambda kind, f, at, p: (kind in (HEADERS, RST_STREAM) and at == stream) or kind == GOAWAY)
        if frame is None or frame[0] == GOAWAY:
            return None
        return 0 if frame[0] == RST_STREAM else STATUS.get(frame[3][0], -1)

    def is_calmed(self):
        """Whether the other side ends the connection; prints how."""
        frame = self.until(lambda kind, *rest: kind == GOAWAY)
        code = frame and int.from_bytes(frame[3][4:8], "big")
        print("ended", "without a word" if frame is None else f"with GOAWAY {code}")
        return frame is None or code != 0

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()


def packed(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + payload
