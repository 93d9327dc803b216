"""Capabilities of this thread. An agent on a host that is not its own has no CAP_NET_ADMIN, so its options are compared
with those of a thread that has none either.
"""

import contextlib
import ctypes

CAP_NET_ADMIN = 12
_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_header = (ctypes.c_uint32 * 2)(_VERSION, 0)


def _check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "capset")


@contextlib.contextmanager
def without_net_admin():
    """For as long as this lasts."""
    data = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the upper half of each
    _check(_libc.capget(_header, data))
    before = data[0]
    data[0] = before & ~(1 << CAP_NET_ADMIN)
    _check(_libc.capset(_header, data))
    try:
        yield
    finally:
        data[0] = before
        _check(_libc.capset(_header, data))
