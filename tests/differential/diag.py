"""What the kernel knows of the sockets of a namespace: sock_diag(7), in as few lines as will do.

Written anew and not the agent's, so that neither covers the other's mistakes.
"""

import socket
import struct
from dataclasses import dataclass

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
SOCK_DESTROY = 21
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBBI")
ROW = struct.Struct("=BBBB48sIIIII")
EVERY_STATE = 0xFFFFFFFF
# What `ss -a` lists: not those that are bound and nothing else, which Linux 6.8 and later tell of.
LISTED_STATES = 0x1FFF

# linux/tcp_states.h; 12, a connection that is not yet whole, is shown as SYN_RECV by all. UDP has two of them.
STATES = "? ESTABLISHED SYN_SENT SYN_RECEIVED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT CLOSED CLOSE_WAIT LAST_ACK LISTEN".split()
STATES += ["CLOSING", "SYN_RECEIVED"]
PROTOCOLS = {socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp"}


@dataclass(frozen=True)
class Row:
    """One socket of the kernel's tables."""

    transport: str
    state: str
    local: tuple
    peer: tuple
    recv_queue: int
    send_queue: int
    inode: int
    family: int
    identity: bytes


class Diag:
    """The tables of the namespace in which this is made."""

    def __init__(self):
        self._netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)

    def rows(self, states=EVERY_STATE):
        """All sockets in these states, of both transports and families."""
        return [
            row
            for protocol in PROTOCOLS
            for family in (socket.AF_INET, socket.AF_INET6)
            for row in self._dump(family, protocol, states)
        ]

    def empty(self):
        """Destroys what is left, TIME-WAIT too, until nothing is."""
        while rows := self.rows():
            for row in rows:
                protocol = socket.IPPROTO_TCP if row.transport == "tcp" else socket.IPPROTO_UDP
                self._ask(SOCK_DESTROY, NLM_F_ACK, row.family, protocol, row.identity)
                self._netlink.recv(65536)  # the kernel's word; that it is gone is seen in the tables

    def _ask(self, kind, flags, family, protocol, identity, states=EVERY_STATE):
        body = REQUEST.pack(family, protocol, 0, 0, states) + identity
        self._netlink.send(HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | flags, 0, 0) + body)

    def _dump(self, family, protocol, states):
        self._ask(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family, protocol, bytes(48), states)
        while True:
            answer = self._netlink.recv(1 << 20)
            at = 0
            while at < len(answer):
                size, kind, *_ = HEADER.unpack_from(answer, at)
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    raise OSError(-struct.unpack_from("=i", answer, at + HEADER.size)[0], "sock_diag")
                yield _row(PROTOCOLS[protocol], answer, at + HEADER.size)
                at += (size + 3) & ~3


def _row(transport, answer, at):
    family, state, _, _, identity, _, recv_queue, send_queue, _, inode = ROW.unpack_from(answer, at)
    ports = struct.unpack_from("!HH", identity)
    size = 4 if family == socket.AF_INET else 16
    ends = [(socket.inet_ntop(family, identity[at : at + size]), port) for at, port in zip((4, 20), ports)]
    name = STATES[state]
    if transport == "udp" and name == "CLOSED":
        name = "UNCONN"
    if name == "TIME_WAIT":  # it has no queues, and the kernel does not clear what it tells of them
        recv_queue = send_queue = 0
    return Row(transport, name, *ends, recv_queue, send_queue, inode, family, identity)
