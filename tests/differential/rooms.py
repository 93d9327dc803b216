"""Rooms to play in: network namespaces of this process alone, with loopback up and nothing else.

A socket stays in the namespace where it was made, so one process has sockets in several.
"""

import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import subprocess

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

# Data goes with the SYN, RFC 7413, without a cookie: one would be remembered from sequence to sequence.
# On loopback too, some kernels ration the errors that a closed port answers with. Small buffers are full sooner.
SETTINGS = {
    "ipv4/icmp_ratelimit": "0",
    "ipv4/icmp_msgs_per_sec": "1000000",
    "ipv6/icmp/ratelimit": "0",
    "ipv4/tcp_fastopen": str(0x1 | 0x2 | 0x4 | 0x200),
    "ipv4/tcp_rmem": "4096 131072 262144",
    "ipv4/tcp_wmem": "4096 16384 262144",
}


# Acknowledgements at once and not 40 ms later, so that what hangs on them is there when the call returns.
ROUTES = [
    "-4 route change local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1",
    "-4 route change local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1",
    "-6 route add local ::1 dev lo table local proto kernel metric 1 quickack 1",
    "-6 route del local ::1 dev lo table local metric 0",
]


def _unshare(what):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(what) != 0:
        raise OSError(ctypes.get_errno(), f"unshare: {os.strerror(ctypes.get_errno())}")


def become_able():
    """Makes room for namespaces where we are not root. Must come before there is a second thread."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        return
    _unshare(CLONE_NEWUSER)
    pathlib.Path("/proc/self/setgroups").write_text("deny")
    pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def _raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        fcntl.ioctl(any_socket, SIOCGIFFLAGS, request)
        flags = struct.unpack_from("h", request, 16)[0]
        struct.pack_into("h", request, 16, flags | IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def enter_new():
    """Moves this thread, and what it starts from now on, into a namespace of its own."""
    _unshare(CLONE_NEWNET)
    _raise_loopback()
    for name, value in SETTINGS.items():
        path = pathlib.Path("/proc/sys/net") / name
        if path.exists() and os.access(path, os.W_OK):
            path.write_text(value)
    for route in ROUTES:
        subprocess.run(["ip", *route.split()], check=True)
