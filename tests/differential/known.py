"""Sequences for which the worlds have parted once. They are played before the random ones."""

import socket

from calls import Flags
from play import Step
from scenes import opening

KNOWN = [
    # What a reset left unread. Linux 6.8 and later list a socket that is only bound, and its bytes with it.
    [
        *opening("tcp", socket.AF_INET, 0),
        Step("send", 2, (4096, Flags())),
        Step("send", 1, (1, Flags())),
        Step("close", 2, ()),
        Step("recv", 1, (1, Flags())),
        Step("bind", 1, (("at", 0, 4001),)),
        Step("queues", 1, ()),
    ],
]
