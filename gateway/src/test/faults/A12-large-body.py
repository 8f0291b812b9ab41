"""A12, A13: an answer of any size passes with constant memory, however slowly its caller reads"""
import hashlib
import time

from peer import LOOK, PORTS, Agent, Caller, check, healthy, play, resident

PIECES, PIECE = 3000, b"0123456789abcdef" * 4096


def behave(wire, request):
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (PIECES * len(PIECE)))
    for _ in range(PIECES):
        wire.send(PIECE)


def row():
    Agent(PORTS[0], behave)
    healthy()
    before = resident()
    with Caller() as caller:
        caller.post(LOOK)
        head = caller.head()
        check(head.status == 200, head)
        time.sleep(1)
        grown = resident() - before
        length, read = int(head.header("content-length")), len(caller.left)
        digest = hashlib.md5(caller.left)
        while read < length:
            piece = caller.sock.recv(1 << 20)
            check(piece, "cut after", read)
            digest.update(piece)
            read += len(piece)
    check(digest.digest() == hashlib.md5(PIECE * PIECES).digest(), "other bytes than sent")
    grown = max(grown, resident() - before) / 1e6
    print(f"{length / 1e6:.0f} MB passed; grown by {grown:.0f} MB")
    check(grown < 64, "grown by", grown, "MB")


play(row)
