"""B39: a caller that ends its own side after the request still gets its answer"""
import socket
import time

from peer import LOOK, OK, PORTS, Agent, Caller, check, healthy, play


def behave(wire, request):
    time.sleep(0.5)
    wire.send(OK)


def row():
    agent = Agent(PORTS[0], behave)
    healthy()
    with Caller() as caller:
        caller.post(LOOK)
        caller.sock.shutdown(socket.SHUT_WR)
        answer = caller.reply()
        check(answer.status == 200 and answer.body == b"ok", answer)
        check(caller.is_ended(), "goes on")
    check(len(agent.requests) == 1)


play(row)
