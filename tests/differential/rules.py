"""What is not compared, each with its reason; docs/differences.md tells the same to people.

A rule is narrow: it names the calls and the answers it is for.
"""

import calls
from option_kinds import TIMEOUT

# What a recv of either kind is called.
RECEIVING = ("recv", "recvfrom", "recvmsg")

# With one of these much is not sent: through so small a hole it would take minutes, or for ever.
NARROWING = {
    *("IP_MINTTL", "IP_TTL", "IPV6_UNICAST_HOPS", "SO_RCVBUF", "SO_SNDBUF", "SO_RCVTIMEO", "SO_SNDTIMEO"),
    *("TCP_CORK", "TCP_MAXSEG", "TCP_NOTSENT_LOWAT", "TCP_WINDOW_CLAMP", "TCP_USER_TIMEOUT"),
}


def flags_of(arguments):
    """The flags among the arguments, if there are any."""
    return next((argument for argument in arguments if isinstance(argument, calls.Flags)), calls.Flags())


def with_flags(arguments, flags):
    return tuple(flags if isinstance(argument, calls.Flags) else argument for argument in arguments)


def fitting(step, slot):
    """The arguments as they are played on such a socket."""
    flags = flags_of(step.arguments)
    arguments = step.arguments
    # Of what is more than the buffers hold, how much has come is nobody's promise.
    if step.name in ("sendto", "sendmsg") and slot.transport == "tcp":
        arguments = (min(arguments[0], calls.SIZES[-1]), *arguments[1:])
    # WAITALL is for streams: an agent refuses it for datagrams.
    if "WAITALL" in flags and slot.transport != "tcp":
        flags = calls.Flags(flag for flag in flags if flag != "WAITALL")
    # A recv(0) that had to wait gives 0 as soon as it is woken, whatever is there; an agent's looks again.
    if step.name in RECEIVING and slot.transport == "tcp" and step.arguments[0] == 0 and "DONTWAIT" not in flags:
        flags = calls.Flags((*flags, "DONTWAIT"))
    return with_flags(arguments, flags)


def waits(step, slot):
    """Whether the call may have to wait."""
    flags = flags_of(step.arguments)
    if step.name == "poll":
        return step.arguments[1]
    if step.name == "close":
        return slot.lingers
    if "ERRQUEUE" in flags or "OOB" in flags and step.name in RECEIVING and slot.transport == "tcp":
        return False
    return bool(step.row.blocks) and slot.blocking and "DONTWAIT" not in flags


def ends_by_itself(step, slot):
    """Whether the call, if it has to wait, soon ends by the socket's own time."""
    option = {"in": "SO_RCVTIMEO", "out": "SO_SNDTIMEO"}.get(step.row.blocks)
    return step.waits and step.name != "close" and slot.options.get(option) == TIMEOUT


def leaves_out(step, slot, own):
    """Whether a step is not played now; `own`: whether a call made by the name it is for waits."""
    # An agent ends the calls that wait for a socket that is closed. The kernel leaves them waiting, for ever maybe.
    if step.name == "close" and own:
        return True
    # Of two calls that wait in one direction the kernel serves whichever it likes.
    if step.waits and step.row.blocks in slot.waiting:
        return True
    # Made again, a connect that was put off until the first send waits for ever in the kernel, not on an agent.
    if step.name == "connect" and step.waits and slot.connected and slot.options.get("TCP_FASTOPEN_CONNECT"):
        return True
    # A poll that waits may be woken by what another call that waits then takes.
    if step.waits and slot.waiting and "poll" in (step.row.blocks, *slot.waiting):
        return True
    # While a connect waits, an agent has a receive on its socket wait for it: either could take the connect's error.
    return step.waits and step.row.blocks == "in" and "out" in slot.waiting


def looks(step):
    """Whether the call changes nothing, so that it may be made until both worlds have come to rest."""
    return step.name in ("state", "queues", "sockets", "ioctl") or step.name == "poll" and not step.waits


def much_fits(slot):
    """Whether much can be sent from or to such a socket."""
    return slot.transport == "tcp" and not NARROWING & slot.options.keys()


def same(step, ours, theirs):
    """Whether two results of one step are the same."""
    # Which CPU it was is the scheduler's choice, and a clock goes on.
    if step.name in ("getsockopt", "setsockopt") and step.arguments[0] in ("SO_INCOMING_CPU", "TCP_TIMESTAMP"):
        return ours[0] == theirs[0]
    # rows_look.py: a connection that is over has nothing to send, and the kernel says any number.
    if step.name == "ioctl" and ours == ("ok", calls.ANY):
        return theirs[0] == "ok"
    return ours == theirs


def disconnects(step, slot, result):
    """Whether the kernel has disconnected the socket: asked to, or where a send was a connect as well, and failed."""
    connects = "FASTOPEN" in flags_of(step.arguments) or slot and slot.options.get("TCP_FASTOPEN_CONNECT")
    return step.name == "disconnect" or connects and step.row.blocks == "out" and result[0] == "errno"


def same_end(step, disconnected, ours, theirs):
    """Whether two ends of a call that waited are the same."""
    # Recent kernels (6.18) end with EPIPE what waits for a socket that is disconnected, and keep the error.
    if disconnected and ours == ("errno", "EPIPE"):
        return theirs in (("errno", "ECONNRESET"), ("errno", "ENOTCONN"))
    return same(step, ours, theirs)


def same_tables(ours, theirs):
    """Whether the kernel's tables are the same."""
    return ours == theirs


def same_much(ours, theirs):
    """Whether much was sent alike, and all came. How much a non-blocking send took may differ."""
    return ours[:2] == theirs[:2] == ("ok", True)
