"""getsockopt(2) and setsockopt(2)."""

from calls import Call
from capabilities import without_net_admin
from hypothesis import strategies as st
from option_kinds import KINDS
from options import OPTIONS

# Those that change what other calls do are set more often.
TELLING = (
    *("IP_PKTINFO", "IP_RECVERR", "IP_RECVTOS", "IP_RECVTTL", "IP_TOS", "IP_TTL"),
    *("IPV6_RECVERR", "IPV6_RECVHOPLIMIT", "IPV6_RECVPKTINFO", "IPV6_RECVTCLASS", "IPV6_V6ONLY"),
    *("SO_ERROR", "SO_LINGER", "SO_OOBINLINE", "SO_RCVBUF", "SO_REUSEADDR", "SO_SNDBUF", "SO_TIMESTAMP"),
    *("SO_RCVTIMEO", "SO_SNDTIMEO", "SO_RCVTIMEO"),
    *("TCP_CORK", "TCP_DEFER_ACCEPT", "TCP_NODELAY", "UDP_CORK"),
)
names = st.one_of(st.sampled_from(list(OPTIONS)), st.sampled_from(TELLING))


def _get(sock, option):
    kind = KINDS[option.kind]
    return kind.unpack(option, sock.getsockopt(*option.where, kind.room(option)))


def _getsockopt(world, sock, name):
    return _get(sock, OPTIONS[name])


# What the kernel has made of it is read back.
def _setsockopt(world, sock, name, value):
    option = OPTIONS[name]
    with without_net_admin():
        sock.setsockopt(*option.where, KINDS[option.kind].pack(option, value))
    try:
        return _get(sock, option) if option.readable else None
    except OSError:
        return None


def _ask_set(world, request, name, value):
    request.option = name
    KINDS[OPTIONS[name].kind].fill(request.value, value)


def _ask_get(world, request, name):
    request.option = name


# The answer says by its field of which kind it is.
def _value(response):
    field = response.value.WhichOneof("value")
    return KINDS[field].read(response.value) if field else None


settings = names.filter(lambda name: OPTIONS[name].kind != "error").flatmap(
    lambda name: st.tuples(st.just(name), KINDS[OPTIONS[name].kind].values(OPTIONS[name]))
)

ROWS = [
    Call("setsockopt", settings, _setsockopt, _ask_set, _value, weight=8),
    Call("getsockopt", st.tuples(names), _getsockopt, _ask_get, _value, weight=3),
]
