"""What both worlds have in common: slots with sockets in them, and places in the network."""

import errno
import socket

from calls import HOSTS

BLOCKED = ("blocked",)


def failed(number):
    """An errno as a result."""
    return ("errno", errno.errorcode.get(number, f"E{number}"))


def succeeded(value=None):
    return ("ok", value)


class World:
    """A namespace, and one way to make calls in it.

    `do` gives a result, or BLOCKED; `ended` the calls that have ended since, by their numbers, when every other one is
    known to wait.
    """

    def __init__(self, diag):
        self.diag = diag
        self.family = socket.AF_INET  # of the socket that a call is made on

    def place(self, family, place):
        """The address that a place is for a socket of that family."""
        kind, *rest = place
        if kind == "at":
            host, port = rest
            return HOSTS[host][family == socket.AF_INET6], port
        host, port = self.where(rest[0])
        if family == socket.AF_INET6 and ":" not in host:
            host = f"::ffff:{host}"
        elif family == socket.AF_INET and ":" in host:
            host = "0.0.0.0" if host == "::" else "127.0.0.1"
        return host, port

    def where(self, slot):
        """Where the socket in a slot is; the first place of all if there is none."""
        raise NotImplementedError
