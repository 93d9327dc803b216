"""The calls that make, name, connect and end sockets."""

import ctypes
import os
import socket

from balcony.v1 import socket_pb2
from calls import FAMILIES, Call, end, fill, fill_address, places, slots, told
from hypothesis import strategies as st

TRANSPORTS = {
    "tcp": (socket.SOCK_STREAM, socket_pb2.TRANSPORT_TCP),
    "udp": (socket.SOCK_DGRAM, socket_pb2.TRANSPORT_UDP),
}
HOWS = {"RD": socket.SHUT_RD, "WR": socket.SHUT_WR, "RDWR": socket.SHUT_RDWR}
NOBODY = bytes(16)  # a sockaddr of AF_UNSPEC

_libc = ctypes.CDLL(None, use_errno=True)


def _accept(world, sock, slot):
    connection, peer = sock.accept()
    world.adopt(slot, connection)
    return (end(connection.getsockname()), end(peer))


def _connect(world, sock, address):
    sock.connect(address)
    return end(sock.getsockname())


# CPython has no word for it.
def _disconnect(world, sock):
    if _libc.connect(sock.fileno(), NOBODY, len(NOBODY)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return end(sock.getsockname())


def _bind(world, sock, address):
    sock.bind(address)
    return end(sock.getsockname())


def _listen(world, sock, backlog):
    sock.listen() if backlog is None else sock.listen(backlog)
    return end(sock.getsockname())


def _local(response):
    return told(response.local)


ROWS = [
    Call(
        "socket",
        st.tuples(st.sampled_from(list(FAMILIES)), st.sampled_from(["tcp", "tcp", "udp"])),
        lambda world, _, family, transport: socket.socket(family, TRANSPORTS[transport][0]),
        lambda world, request, family, transport: fill(
            request, family=FAMILIES[family], transport=TRANSPORTS[transport][1]
        ),
    ),
    Call("bind", st.tuples(places), _bind, fill_address, _local),
    Call(
        "listen",
        st.tuples(st.sampled_from([None, None, 0, 1, 5, 2**31 - 1])),
        _listen,
        lambda world, request, backlog: None if backlog is None else fill(request, backlog=backlog),
        _local,
    ),
    Call(
        "accept",
        st.tuples(slots),
        _accept,
        lambda world, request, slot: fill(request, connection=world.name(slot)),
        lambda response: (told(response.local), told(response.peer)),
        blocks="in",
        weight=3,
    ),
    Call("connect", st.tuples(places), _connect, fill_address, _local, "out"),
    Call("disconnect", st.tuples(), _disconnect, answer=_local, weight=1),
    Call(
        "dup",
        st.tuples(slots),
        lambda world, sock, slot: world.adopt(slot, sock.dup()),
        lambda world, request, slot: fill(request, duplicate=world.name(slot)),
        weight=1,
    ),
    Call(
        "shutdown",
        st.tuples(st.sampled_from(list(HOWS))),
        lambda world, sock, how: sock.shutdown(HOWS[how]),
        lambda world, request, how: fill(request, how=getattr(socket_pb2, f"HOW_{how}")),
    ),
    Call("close", st.tuples(), lambda world, sock: sock.close(), blocks="out"),
    Call("getsockname", st.tuples(), lambda world, sock: end(sock.getsockname()), answer=_local, weight=1),
    Call(
        "getpeername",
        st.tuples(),
        lambda world, sock: end(sock.getpeername()),
        answer=lambda response: told(response.peer),
        weight=1,
    ),
    Call(
        "setblocking",
        st.tuples(st.sampled_from([False, False, True])),
        lambda world, sock, blocking: sock.setblocking(blocking),
        lambda world, request, blocking: fill(request, blocking=blocking),
    ),
]
