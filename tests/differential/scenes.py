"""Where sequences begin: without these, few random calls meet a connection."""

import calls
from option_kinds import TIMEOUT
from play import Step

TELLING = ("IP_PKTINFO", "IP_RECVTTL", "IP_RECVTOS", "SO_TIMESTAMP")
TELLING += ("IPV6_RECVPKTINFO", "IPV6_RECVHOPLIMIT", "IPV6_RECVTCLASS")

SCENES = {
    "nothing": [],
    "tcp": [("socket", 0, "tcp"), ("bind", 0), ("listen", 0), ("socket", 1, "tcp"), ("connect", 1), ("accept", 0)],
    "door": [("socket", 0, "tcp"), ("bind", 0), ("listen", 0), ("socket", 1, "tcp")],
    "full": [
        ("socket", 0, "tcp"),
        ("bind", 0),
        ("listen", 0, 0),
        ("socket", 1, "tcp"),
        ("connect", 1),
        ("socket", 2, "tcp"),
    ],
    "udp": [("socket", 0, "udp"), ("bind", 0), ("socket", 1, "udp"), ("bind", 1), ("connect", 1)],
}
SCENES["urgent"] = [*SCENES["tcp"], ("send", 1, 5), ("send", 2, 5), ("send", 1, 5, "OOB"), ("send", 2, 1, "OOB")]
SCENES["told"] = [*SCENES["udp"], *(("setsockopt", 0, name, True) for name in TELLING)]
SCENES["told"] += [("send", 1, 100), ("send", 1, 5)]
SCENES["late"] = [*SCENES["tcp"], ("setsockopt", 2, "SO_RCVTIMEO", TIMEOUT), ("setsockopt", 0, "SO_RCVTIMEO", TIMEOUT)]
SCENES["late"] += [("send", 1, 5)]
SCENES["fast"] = [("socket", 0, "tcp"), ("bind", 0), ("setsockopt", 0, "TCP_FASTOPEN", 5), ("listen", 0)]
SCENES["fast"] += [("socket", 1, "tcp"), ("sendto", 1, 5, ("of", 0), "FASTOPEN"), ("accept", 0)]
SCENES["deferred"] = [("socket", 1, "tcp"), ("setsockopt", 1, "TCP_FASTOPEN_CONNECT", True), ("connect", 1)]
# An error in the queue of either family.
SCENES["error"] = [
    ("socket", 0, "udp"),
    ("setsockopt", 0, "IP_RECVERR", True),
    ("setsockopt", 0, "IPV6_RECVERR", True),
    ("sendto", 0, 5, ("at", 2, 4003)),
    ("sendto", 0, 100, ("at", 0, 4003)),
]


def opening(scene, family, port):
    """The steps that a scene begins with."""
    arguments = {
        "socket": lambda *kind: (family, *kind),
        "bind": lambda: (("at", 0, port),),
        "listen": lambda backlog=None: (backlog,),
        "connect": lambda: (("of", 0),),
        "accept": lambda: (2,),
        "send": lambda size, *flags: (size, calls.Flags(flags)),
        "sendto": lambda size, place, *flags: (size, place, calls.Flags(flags)),
        "setsockopt": lambda *setting: setting,
    }
    return [Step(name, slot, arguments[name](*rest)) for name, slot, *rest in SCENES[scene]]
