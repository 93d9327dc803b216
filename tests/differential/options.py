"""The options of docs/options.md: its table says of which kind each is. What the kernel calls them is written anew."""

import pathlib
import re
import socket
from dataclasses import dataclass

TABLE = pathlib.Path(__file__).parents[2] / "docs" / "options.md"
LEVELS = {"SO": 1, "IP": 0, "IPV6": 41, "TCP": 6, "UDP": 17, "ICMP": 255}
# Those that Python has no names for: asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h, linux/udp.h,
# linux/icmp.h.
NUMBERS = {
    "SO_MAX_PACING_RATE": 47,
    "SO_NO_CHECK": 11,
    "SO_TIMESTAMP": 29,
    "IP_FREEBIND": 15,
    "IP_MINTTL": 21,
    "IP_MTU": 14,
    "IP_MTU_DISCOVER": 10,
    "IP_MULTICAST_ALL": 49,
    "IP_PKTINFO": 8,
    "IP_RECVERR": 11,
    "IP_RECVTTL": 12,
    "IPV6_MTU": 24,
    "IPV6_MTU_DISCOVER": 23,
    "IPV6_MULTICAST_ALL": 29,
    "IPV6_RECVERR": 25,
    "TCP_FASTOPEN_CONNECT": 30,
    "TCP_THIN_DUPACK": 17,
    "TCP_THIN_LINEAR_TIMEOUTS": 16,
    "TCP_TIMESTAMP": 24,
    "UDP_CORK": 1,
    "ICMP_FILTER": 1,
}
WORDS = {
    "DONT": 0, "WANT": 1, "DO": 2, "PROBE": 3, "INTERFACE": 4, "OMIT": 5,
    "INET": socket.AF_INET, "INET6": socket.AF_INET6,
    "STREAM": socket.SOCK_STREAM, "DGRAM": socket.SOCK_DGRAM, "RAW": socket.SOCK_RAW,
    "ICMP": 1, "TCP": 6, "UDP": 17, "ICMPV6": 58,
}  # fmt: skip
UNSIGNED = ("ICMP_FILTER", "SO_MARK", "SO_MAX_PACING_RATE", "TCP_NOTSENT_LOWAT", "TCP_TIMESTAMP")


@dataclass(frozen=True)
class Option:
    """A line of the table."""

    name: str
    kind: str
    unit: str
    readable: bool

    @property
    def where(self):
        """Its level and number."""
        number = NUMBERS[self.name] if self.name in NUMBERS else getattr(socket, self.name)
        return LEVELS[self.name.partition("_")[0]], number

    @property
    def words(self):
        return self.unit.split()

    @property
    def format(self):
        """Of a number, as struct(3) has it."""
        return "I" if self.name in UNSIGNED else "i"


def _options():
    for line in TABLE.read_text().splitlines():
        if match := re.match(r"\| `(\w+)` \| (\w+) \| (.*?) ?\| ([\w, ]+) \|", line):
            name, kind, unit, access = match.groups()
            yield Option(name, kind, unit, "get" in access)


OPTIONS = {option.name: option for option in _options()}
