"""sendmsg(2) and recvmsg(2): data with flags, and what travels beside it."""

import errno
import socket
import struct

from balcony.v1 import message_pb2, transfer_pb2
from calls import HOSTS, Call, Flags, datagrams, end, fill, fill_address, flags, places, room, text, told
from hypothesis import strategies as st
from rows_transfer import ends

# linux/in.h, linux/errqueue.h: what Python has no names for.
IP_PKTINFO, IP_RECVERR, IPV6_RECVERR = 8, 11, 25
ORIGINS = {1: "LOCAL", 2: "ICMP", 3: "ICMPV6"}
TOLD = ("TRUNC", "CTRUNC", "OOB", "ERRQUEUE", "EOR")  # of the flags that come back
MAPPED = "::ffff:"

# An address by its place in HOSTS, so that it fits the socket's family.
sources = st.one_of(st.none(), st.tuples(st.sampled_from(["", "lo"]), st.sampled_from([None, 0, 1, 2, 3])))


def _is_mapped(sock, address):
    if address is None:
        try:
            address = sock.getpeername()
        except OSError:
            return False
    return address[0].startswith(MAPPED)


def _source(family, pktinfo):
    interface, host = pktinfo
    return interface, "" if host is None else HOSTS[host][family == socket.AF_INET6]


def _beside(sock, address, ttl, tos, pktinfo):
    """Ancillary data to send. An IPv6 socket that sends to an IPv4 address reads IPv4's."""
    v6 = sock.family == socket.AF_INET6
    level = socket.IPPROTO_IPV6 if v6 and not _is_mapped(sock, address) else socket.IPPROTO_IP
    names = ("IPV6_HOPLIMIT", "IPV6_TCLASS") if level == socket.IPPROTO_IPV6 else ("IP_TTL", "IP_TOS")
    beside = [
        (level, getattr(socket, name), struct.pack("i", number))
        for name, number in zip(names, (ttl, tos))
        if number is not None
    ]
    if pktinfo is not None:
        interface, host = _source(sock.family, pktinfo)
        index = socket.if_nametoindex(interface) if interface else 0
        source = socket.inet_pton(sock.family, host) if host else bytes(16 if v6 else 4)
        if v6:
            beside.append((socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, struct.pack("16si", source, index)))
        else:
            beside.append((socket.IPPROTO_IP, IP_PKTINFO, struct.pack("i4s4x", index, source)))
    return beside


def _sendmsg(world, sock, size, address, options, *beside):
    data, beside = [text(size)], _beside(sock, address, *beside)
    return sock.sendmsg(data, beside, options.bits(), *([address] if address else []))


def _ask_sendmsg(world, request, size, address, options, ttl, tos, pktinfo):
    request.data.unit = text(size)
    request.flags.extend(options.wire())
    if address is not None:
        fill_address(world, request, address)
    if ttl is not None:
        request.ttl = ttl
    if tos is not None:
        request.tos = tos
    if pktinfo is not None:
        request.pktinfo.SetInParent()
        fill(request.pktinfo, **dict(zip(("interface", "address"), _source(world.family, pktinfo))))


def _queued(data, v6):
    """A sock_extended_err and who reported it."""
    number, origin, kind, code, _, info, _ = struct.unpack_from("=IBBBBII", data)
    family = struct.unpack_from("=H", data, 16)[0]
    offender = socket.inet_ntop(family, data[24:40] if v6 else data[20:24]) if family else None
    return (errno.errorcode[number], ORIGINS.get(origin, "OTHER"), kind, code, info, offender)


def _interface(index):
    return socket.if_indextoname(index) if index else ""


def _packet_info(data):
    index, local, address = struct.unpack("i4s4s", data)
    return (_interface(index), socket.inet_ntop(socket.AF_INET, address), socket.inet_ntop(socket.AF_INET, local))


def _packet_info6(data):
    address, index = struct.unpack("16si", data)
    return (_interface(index), socket.inet_ntop(socket.AF_INET6, address), "")


# What comes beside data: its name, its size, and how it is read.
BESIDE = {
    (socket.IPPROTO_IP, socket.IP_TTL): ("ttl", 4, lambda data: struct.unpack("i", data)[0]),
    (socket.IPPROTO_IP, socket.IP_TOS): ("tos", 1, lambda data: data[0]),
    (socket.IPPROTO_IP, IP_PKTINFO): ("pktinfo", 12, _packet_info),
    (socket.IPPROTO_IP, IP_RECVERR): ("error", 32, lambda data: _queued(data, False)),
    (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT): ("ttl", 4, lambda data: struct.unpack("i", data)[0]),
    (socket.IPPROTO_IPV6, socket.IPV6_TCLASS): ("tos", 4, lambda data: struct.unpack("i", data)[0]),
    (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO): ("pktinfo", 20, _packet_info6),
    (socket.IPPROTO_IPV6, IPV6_RECVERR): ("error", 44, lambda data: _queued(data, True)),
    (socket.SOL_SOCKET, 29): ("timestamp", 16, lambda data: True),  # SCM_TIMESTAMP
}


def _recvmsg(world, sock, most, options, control):
    buffer = bytearray(most)
    size, beside, came, peer = sock.recvmsg_into([buffer], 1024 if control is None else control, options.bits())
    stream = sock.type == socket.SOCK_STREAM
    # With TRUNC TCP drops the bytes and says how many there were.
    data = b"" if stream and "TRUNC" in options and "ERRQUEUE" not in options else bytes(buffer[:size])
    found = {}
    for level, kind, content in beside:
        name, room_for_it, read = BESIDE.get((level, kind), (None, 0, None))
        if name and len(content) >= room_for_it:
            found[name] = read(content[:room_for_it])
    flags_told = tuple(flag for flag in TOLD if came & Flags((flag,)).bits())
    return (data, size, ends(sock, most, size, options), end(peer) if peer else None, flags_told, found)


def _ask_recvmsg(world, request, most, options, control):
    request.max_bytes = most
    request.flags.extend(options.wire())
    if control is not None:
        request.control_bytes = control


def _error(error):
    origin = message_pb2.Origin.Name(error.origin).removeprefix("ORIGIN_")
    offender = error.offender.address if error.HasField("offender") else None
    return (error.error.name, origin, error.type, error.code, error.info, offender)


READ = {
    "ttl": int,
    "tos": int,
    "pktinfo": lambda info: (info.interface, info.address, info.local),
    "error": _error,
    "timestamp": lambda _: True,
}


def _received(response):
    flags_told = {transfer_pb2.Flag.Name(flag).removeprefix("FLAG_") for flag in response.flags}
    return (
        response.data,
        response.size,
        response.end_of_stream,
        told(response.address) if response.HasField("address") else None,
        tuple(flag for flag in TOLD if flag in flags_told),
        {name: read(getattr(response, name)) for name, read in READ.items() if response.HasField(name)},
    )


ROWS = [
    Call(
        "sendmsg",
        st.tuples(
            datagrams,
            st.one_of(st.none(), places),
            flags("DONTWAIT", "MORE", "OOB", "FASTOPEN", seldom=("DONTROUTE", "CONFIRM")),
            st.sampled_from([None, None, 1, 64, 255]),
            st.sampled_from([None, None, 0, 3, 16, 255]),
            sources,
        ),
        _sendmsg,
        _ask_sendmsg,
        lambda response: response.bytes,
        "out",
        4,
    ),
    Call(
        "recvmsg",
        st.tuples(
            room,
            flags("DONTWAIT", "WAITALL", "PEEK", "OOB", "TRUNC", "ERRQUEUE"),
            st.sampled_from([None, None, None, 0, 16, 20, 24, 64]),
        ),
        _recvmsg,
        _ask_recvmsg,
        _received,
        "in",
        4,
    ),
]
