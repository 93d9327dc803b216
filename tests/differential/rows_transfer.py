"""The calls that move data and nothing beside it."""

import socket

from calls import Call, datagrams, end, fill_address, flags, places, room, sizes, told
from calls import text
from hypothesis import strategies as st

send_flags = flags("DONTWAIT", "MORE", "OOB")
sendto_flags = flags("DONTWAIT", "MORE", "OOB", "FASTOPEN")
recv_flags = flags("DONTWAIT", "WAITALL", "PEEK", "OOB")


def ends(sock, most, data, options):
    """Whether such an answer is the end of the stream."""
    return sock.type == socket.SOCK_STREAM and most > 0 and not data and "ERRQUEUE" not in options


def _send(world, request, size, options=()):
    request.data.unit = text(size)
    if options:
        request.flags.extend(options.wire())


def _sendto(world, request, size, address, options):
    _send(world, request, size, options)
    fill_address(world, request, address)


def _receive(world, request, most, options):
    request.max_bytes = most
    request.flags.extend(options.wire())


# CPython's recv(0) asks the kernel nothing; its recvmsg(0) does.
def _recv(world, sock, most, options):
    data = sock.recv(most, options.bits()) if most else sock.recvmsg(0, 0, options.bits())[0]
    return (data, ends(sock, most, data, options))


def _recvfrom(world, sock, most, options):
    data, peer = sock.recvfrom(most, options.bits())
    return (data, ends(sock, most, data, options), end(peer) if peer else None)


ROWS = [
    Call(
        "send",
        st.tuples(sizes, send_flags),
        lambda world, sock, size, options: sock.send(text(size), options.bits()),
        _send,
        lambda response: response.bytes,
        "out",
        6,
    ),
    Call("sendall", st.tuples(sizes), lambda world, sock, size: sock.sendall(text(size)), _send, blocks="out"),
    Call(
        "sendto",
        st.tuples(datagrams, places, sendto_flags),
        lambda world, sock, size, address, options: sock.sendto(text(size), options.bits(), address),
        _sendto,
        lambda response: response.bytes,
        "out",
    ),
    Call(
        "recv",
        st.tuples(room, recv_flags),
        _recv,
        _receive,
        lambda response: (response.data, response.end_of_stream),
        "in",
        6,
    ),
    Call(
        "recvfrom",
        st.tuples(room, recv_flags),
        _recvfrom,
        _receive,
        lambda response: (
            response.data,
            response.end_of_stream,
            told(response.address) if response.HasField("address") else None,
        ),
        "in",
    ),
]
