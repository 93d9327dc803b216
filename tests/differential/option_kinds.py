"""The kinds of values that options have: what hypothesis may set them to, and how they are written and read."""

import errno
import socket
import struct
from dataclasses import dataclass
from typing import Any, Callable

from hypothesis import strategies as st
from options import WORDS, Option

TICKS = {"s": 1_000_000, "ms": 1_000, "us": 1}  # in microseconds
TIMEOUT = 20_000  # of SO_RCVTIMEO and SO_SNDTIMEO: who waits so long is waited for
LOOPBACK, LOOPBACK_ADDRESS = "lo", "127.0.0.1"


@dataclass(frozen=True)
class Kind:
    """What a kind of values is to hypothesis, to the kernel, and in an OptionValue."""

    values: Callable[[Option], st.SearchStrategy]
    pack: Callable[[Option, Any], bytes]
    unpack: Callable[[Option, bytes], Any]
    fill: Callable[[Any, Any], None]  # the value of a request
    read: Callable[[Any], Any]  # the value of a response
    room: Callable[[Option], int] = lambda option: 4


def _int(data):
    return struct.unpack("i", data.ljust(4, b"\0"))[0]


# What an agent refuses of itself, a time below 0 where the kernel would take it for none, is not among them. Nor are
# short ones, but for TIMEOUT: when they are over is a matter of luck.
def _durations(option):
    if option.unit == "us":
        return st.sampled_from([0, TIMEOUT, TIMEOUT, 3_600_000_000, 3_600_000_001, 86_400 * 1_000_000 * 365])
    ticks = st.sampled_from([-(2**31), -1, 0, 30, 60, 120, 127, 128, 3600, 32767, 32768, 86400, 2**31 - 1])
    if option.unit == "ms":
        ticks = st.sampled_from([-(2**31), -1, 0, 3_600_000, 2**31 - 1])
    return ticks.map(lambda number: number * TICKS[option.unit])


def _pack_duration(option, micros):
    if option.unit == "us":
        return struct.pack("qq", *divmod(micros, 1_000_000))
    return struct.pack("i", micros // TICKS[option.unit])


def _unpack_duration(option, data):
    if option.unit == "us":
        seconds, micros = struct.unpack("qq", data)
        return seconds * 1_000_000 + micros
    return _int(data) * TICKS[option.unit]


def _fill_duration(value, micros):
    value.duration.FromMicroseconds(micros)
    value.duration.SetInParent()


def _fill_linger(value, linger):
    value.linger.SetInParent()
    value.linger.onoff, value.linger.linger = linger


def _fill_membership(value, membership):
    value.membership.group, value.membership.interface = membership


def _fill(field):
    return lambda value, given: setattr(value, field, given)


def _numbers(option):
    if option.name == "SO_MAX_PACING_RATE":  # with less, when data comes is a matter of luck
        return st.sampled_from([2**30, 2**32 - 1])
    near = [-1, 0, 1, 2, 7, 64, 127, 128, 255, 256, 536, 1280, 1500, 4096, 65535, 65536]
    if option.format == "I":
        return st.sampled_from([*near[1:], 2**32 - 1])
    return st.one_of(st.sampled_from(near), st.sampled_from([-(2**31), -2, 2**31 - 1]))


def _texts(option):
    if option.name == "TCP_CONGESTION":
        return st.sampled_from(["reno", "cubic", "cubi", "cubic ", "", "x" * 15])
    return st.sampled_from(["", LOOPBACK, "no such" if option.name == "SO_BINDTODEVICE" else LOOPBACK_ADDRESS])


def _pack_text(option, given):
    address, index = _interface(given, option.name.startswith("IPV6"))
    if option.name == "IP_MULTICAST_IF":
        return struct.pack("4s4si", bytes(4), address, index)
    if option.name == "IPV6_MULTICAST_IF":
        return struct.pack("i", index)
    return given.encode()


def _unpack_text(option, data):
    if option.name == "IP_MULTICAST_IF":
        return socket.inet_ntop(socket.AF_INET, data)
    if option.name == "IPV6_MULTICAST_IF":
        return socket.if_indextoname(_int(data)) if _int(data) else ""
    return data.partition(b"\0")[0].decode()


def _interface(given, v6):
    """An interface by name or address, as IPv4 has it and, an index alone, IPv6."""
    if given == LOOPBACK_ADDRESS and not v6:
        return socket.inet_aton(given), 0
    return bytes(4), socket.if_nametoindex(LOOPBACK) if given else 0


def _groups(option):
    groups = ["239.1.2.3", "224.0.0.1", "10.9.9.9", "0.0.0.0"]
    if option.name.startswith("IPV6"):
        groups = ["ff02::1234", "ff02::1", "fd00::9", "::"]
    interfaces = ["", LOOPBACK, LOOPBACK, LOOPBACK_ADDRESS]
    return st.tuples(st.sampled_from(groups[:1] * 3 + groups), st.sampled_from(interfaces))


def _pack_membership(option, membership):
    group, given = membership
    address, index = _interface(given, option.name.startswith("IPV6"))
    if option.name.startswith("IPV6"):
        return struct.pack("16si", socket.inet_pton(socket.AF_INET6, group), index)
    return struct.pack("4s4si", socket.inet_aton(group), address, index)


def _word(option, number):
    return next((word for word in option.words if WORDS[word] == number), str(number))


KINDS = {
    "flag": Kind(
        lambda option: st.booleans(),
        lambda option, on: struct.pack("i", on),
        lambda option, data: _int(data) != 0,
        _fill("flag"),
        lambda value: value.flag,
    ),
    "number": Kind(
        _numbers,
        lambda option, number: struct.pack(option.format, number),
        lambda option, data: struct.unpack(option.format, data.ljust(4, b"\0"))[0],
        _fill("number"),
        lambda value: value.number,
    ),
    "duration": Kind(
        _durations,
        _pack_duration,
        _unpack_duration,
        _fill_duration,
        lambda value: value.duration.ToMicroseconds(),
        lambda option: 16 if option.unit == "us" else 4,
    ),
    "linger": Kind(
        lambda option: st.tuples(st.booleans(), st.sampled_from([0, 0, 1, 60, -1, 2**31 - 1])),
        lambda option, linger: struct.pack("ii", *linger),
        lambda option, data: (lambda on, time: (bool(on), time))(*struct.unpack("ii", data)),
        _fill_linger,
        lambda value: (value.linger.onoff, value.linger.linger),
        lambda option: 8,
    ),
    "text": Kind(
        _texts,
        _pack_text,
        _unpack_text,
        _fill("text"),
        lambda value: value.text,
        lambda option: 4 if option.name.endswith("MULTICAST_IF") else 16,
    ),
    "word": Kind(
        lambda option: st.sampled_from(option.words),
        lambda option, word: struct.pack("i", WORDS[word]),
        lambda option, data: _word(option, _int(data)),
        _fill("word"),
        lambda value: value.word,
    ),
    "membership": Kind(_groups, _pack_membership, lambda option, data: None, _fill_membership, lambda value: None),
    "error": Kind(
        lambda option: st.nothing(),
        lambda option, _: b"",
        lambda option, data: errno.errorcode.get(_int(data), "") if _int(data) else "",
        lambda value, _: None,
        lambda value: value.error.error.name,
    ),
}
