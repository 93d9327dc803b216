"""The calls that only look: poll(2), ioctl(2), and what sock_diag(7) knows."""

import fcntl
import select
import socket
import struct

from balcony.v1 import observe_pb2, poll_pb2, socket_pb2
from calls import ANY, Call, fill, listed
from hypothesis import strategies as st

EVENTS = {
    "IN": select.POLLIN,
    "PRI": select.POLLPRI,
    "OUT": select.POLLOUT,
    "RDHUP": select.POLLRDHUP,
    "ERR": select.POLLERR,
    "HUP": select.POLLHUP,
}
ASKED = ("IN", "PRI", "OUT", "RDHUP")
# linux/sockios.h
IOCTLS = {"SIOCATMARK": 0x8905, "SIOCINQ": 0x541B, "SIOCOUTQ": 0x5411, "SIOCOUTQNSD": 0x894B}

asked = st.lists(st.sampled_from(ASKED), unique=True, max_size=2).map(tuple)


def _poll(world, sock, events, wait):
    poll = select.poll()
    poll.register(sock, sum(EVENTS[event] for event in events or ASKED))
    seen = poll.poll(None if wait else 0)
    return tuple(name for name, bit in EVENTS.items() if seen and seen[0][1] & bit)


def _ask_poll(world, request, events, wait):
    request.events.extend(getattr(poll_pb2, f"POLL_EVENT_{event}") for event in events)
    request.wait = wait


def _events(response):
    return tuple(poll_pb2.PollEvent.Name(event).removeprefix("POLL_EVENT_") for event in response.events)


# A connection that is over counts from numbers of the kernel's own: what it has to send is then any number.
def _ioctl(world, sock, request):
    over = request.startswith("SIOCOUTQ") and sock.type == socket.SOCK_STREAM and world.state(sock) == "CLOSED"
    if over and fcntl.ioctl(sock, IOCTLS[request], bytes(4)):
        return ANY
    return struct.unpack("i", fcntl.ioctl(sock, IOCTLS[request], bytes(4)))[0]


def _state(response):
    return observe_pb2.State.Name(response.state).removeprefix("STATE_")


def _listing(response):
    return sorted(
        listed(
            socket_pb2.Transport.Name(entry.transport).removeprefix("TRANSPORT_").lower(),
            observe_pb2.State.Name(entry.state).removeprefix("STATE_"),
            (entry.local.address, entry.local.port),
            (entry.peer.address, entry.peer.port),
            entry.queues.recv_queue,
            entry.queues.send_queue,
        )
        for entry in response.sockets
    )


ROWS = [
    Call("poll", st.tuples(asked, st.sampled_from([False, False, True])), _poll, _ask_poll, _events, "poll", 3),
    Call(
        "ioctl",
        st.tuples(st.sampled_from(list(IOCTLS))),
        _ioctl,
        lambda world, request, which: fill(request, request=getattr(poll_pb2, f"IOCTL_{which}")),
        lambda response: response.value,
    ),
    Call("state", st.tuples(), lambda world, sock: world.state(sock), answer=_state),
    Call(
        "queues",
        st.tuples(),
        lambda world, sock: world.queues(sock),
        answer=lambda response: response.queues.recv_queue,
    ),
    Call("sockets", st.tuples(), lambda world, _: world.listing(), answer=_listing, weight=1),
]
