"""What the rows of rows_*.py are made of: the type of a row, and what several of them share.

Python's side of a row takes the world and a socket; the agent's side fills a request and reads a response.
"""

import socket
from dataclasses import dataclass
from typing import Any, Callable

from balcony.v1 import socket_pb2, transfer_pb2
from hypothesis import strategies as st

SLOTS = 4
slots = st.sampled_from([*range(SLOTS), 0, 1, 2])  # the last is for newcomers

# The same place in both families. "::ffff:127.0.0.1" is loopback again, through an IPv6 socket.
HOSTS = [
    ("127.0.0.1", "::1"),
    ("0.0.0.0", "::"),
    ("127.0.0.2", "::ffff:127.0.0.1"),
    ("10.9.9.9", "fd00::9"),
    ("239.1.2.3", "ff02::1234"),
]
PORTS = [0, 4001, 4002, 4003]
OWN_PORTS_BELOW = 10000  # above are those of the kernel's choice
ANY = -1  # stands for what need not be the same

FAMILIES = {socket.AF_INET: socket_pb2.FAMILY_INET, socket.AF_INET6: socket_pb2.FAMILY_INET6}


class Flags(tuple):
    """Flags of a call that moves data, by their names without MSG_."""

    def bits(self):
        return sum(getattr(socket, f"MSG_{flag}") for flag in self)

    def wire(self):
        return [getattr(transfer_pb2, f"FLAG_{flag}") for flag in self]


@dataclass(frozen=True)
class Call:
    """One row."""

    name: str
    arguments: st.SearchStrategy
    python: Callable[..., Any]
    ask: Callable[..., None] = lambda world, request: None
    answer: Callable[..., Any] = lambda response: None
    blocks: str = ""  # "in" or "out": the direction in which it may have to wait; "poll": in neither
    weight: int = 2


def end(pair):
    """An endpoint as both worlds have it: a port of the kernel's choice is as good as another."""
    host, port = pair[:2]
    return (host, port if port < OWN_PORTS_BELOW else ANY)


def told(endpoint):
    """The same of the contract's."""
    return end((endpoint.address, endpoint.port))


def listing(rows):
    """The kernel's tables, as far as both worlds must have the same."""
    return sorted(listed(r.transport, r.state, r.local, r.peer, r.recv_queue, r.send_queue) for r in rows)


def listed(transport, state, local, peer, recv_queue, send_queue):
    """A row of the kernel's tables. What was sent and not yet acknowledged depends on when one looks."""
    return (transport, state, end(local), end(peer), recv_queue, send_queue if state == "LISTEN" else ANY)


# Where to: a fixed place, or where another socket is. Each world makes an address of its own of it.
places = st.one_of(
    st.tuples(st.just("at"), st.sampled_from([0, 0, 0, 1, 2, 3, 4]), st.sampled_from(PORTS)),
    st.tuples(st.just("of"), slots),
    st.tuples(st.just("of"), slots),
)
SIZES = [0, 1, 5, 100, 4096]
sizes = st.sampled_from(SIZES)
datagrams = st.sampled_from([0, 1, 100, 4096, 65507, 65508, 100000])
room = st.sampled_from([0, 1, 7, 1024, 1024, 65536, 1048576])


def flags(*often, seldom=()):
    """Flags: mostly none, or one that is given often, sometimes several of all."""
    several = st.lists(st.sampled_from([*often, *seldom]), unique=True, max_size=3).map(sorted)
    return st.one_of(st.just(()), st.sampled_from([(), *((flag,) for flag in often)]), several).map(Flags)


def is_place(argument):
    return isinstance(argument, tuple) and argument[:1] in (("at",), ("of",))


def text(size):
    """What is sent: no two neighbours alike, so that what is lost or doubled shows."""
    return (b"abcdefghijklmnopqrstuvw" * (size // 23 + 1))[:size]


def fill(request, /, **fields):
    """Sets plain fields of a request."""
    for name, value in fields.items():
        setattr(request, name, value)


def fill_address(world, request, address):
    """Sets the address of a request."""
    request.address.address, request.address.port = address
