"""A table of bad_input: agents and machines that are not as they should be, and what must come of each."""

from wrong_cases import BOUND, EXCHANGE, HOSTS, Case

AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def in_mounts(command):
    """Starts a program where this command has changed the mounts, for that program alone."""
    return ("unshare", "--mount", "sh", "-c", f'{command} && exec "$@"', "sh")


def redirected(how):
    """Starts a program with its standard streams as a shell leaves them."""
    return ("sh", "-c", f'exec "$@" {how}', "sh")


def with_parameter(script, line):
    """The script with a line between its hosts and its first step."""
    return script.replace("juliet>", line + "\njuliet>", 1)


CASES = [
    Case(
        "an agent for nobody", EXCHANGE, ("nurse", "host"), arguments=("run", "{file}", "--agent", "nurse=127.0.0.1:1")
    ),
    Case(
        "an agent that is not there",
        EXCHANGE,
        ("juliet", "refused"),
        code=3,
        arguments=("run", "{file}", "--agent", "juliet=127.0.0.1:1"),
    ),
    Case(
        "a command that is no agent",
        EXCHANGE,
        ("juliet", "hello"),
        code=3,
        arguments=("run", "{file}", "--agent", "juliet=echo Welcome to this host"),
    ),
    Case(
        "a command that is no agent, and leaves a process",
        EXCHANGE,
        ("juliet", "hello", "exited with status 5"),
        code=3,
        arguments=("run", "{file}", "--agent", "juliet=setsid sleep 778 >/dev/null 2>&1 & exit 5"),
    ),
    Case(
        "an agent without a place",
        EXCHANGE,
        ("--agent juliet: HOST=COMMAND or HOST=ADDRESS:PORT is wanted",),
        arguments=("run", "{file}", "--agent", "juliet"),
    ),
    Case(
        "an agent that is nothing",
        EXCHANGE,
        ("--agent juliet=: it is empty",),
        arguments=("run", "{file}", "--agent", "juliet="),
    ),
    Case(
        "an agent without a port",
        EXCHANGE,
        ("--agent juliet=127.0.0.1: an address needs a port",),
        arguments=("run", "{file}", "--agent", "juliet=127.0.0.1"),
    ),
    Case(
        "an agent of a port alone",
        EXCHANGE,
        ("--agent juliet=7000: an address stands before its port: 127.0.0.1:7000",),
        arguments=("run", "{file}", "--agent", "juliet=7000"),
    ),
    Case(
        "an agent on a port that cannot be",
        EXCHANGE,
        ("--agent juliet=127.0.0.1:70000: a port is 1 to 65535",),
        arguments=("run", "{file}", "--agent", "juliet=127.0.0.1:70000"),
    ),
    Case(
        "a parameter that is not each host's own",
        with_parameter(EXCHANGE, "sysctl juliet net.core.rmem_max = 4096"),
        ("juliet", r"net\.core\.rmem_max"),
        code=3,
        needs_hosts=True,
    ),
    Case(
        "a parameter that the kernel does not set so",
        with_parameter(EXCHANGE, "sysctl juliet net.ipv4.tcp_ecn = 99"),
        ("juliet", r"net\.ipv4\.tcp_ecn = 99: the kernel refuses it: Invalid argument"),
        code=3,
        needs_hosts=True,
    ),
    Case(
        "a report that cannot be written",
        BOUND,
        ("standard output could not be written",),
        code=3,
        prefix=redirected("> /dev/full"),
    ),
    Case(
        "a check that cannot be written",
        BOUND,
        ("standard output could not be written",),
        code=3,
        arguments=("check", "{file}"),
        prefix=redirected("> /dev/full"),
    ),
    Case("no standard output", BOUND, (), code=0, prefix=redirected(">&-")),
    Case("no standard streams, and a wrong file", HOSTS, (), prefix=redirected("<&- >&- 2>&-")),
    Case("no standard input and error", BOUND, ("# passed",), code=0, prefix=redirected("<&- 2>&-")),
    Case(
        "no hosts of their own, and a parameter that wants them",
        with_parameter(BOUND, "sysctl juliet net.ipv4.tcp_ecn = 1"),
        ("tcp_ecn of juliet", "hosts of their own are not possible here: /dev/net/tun", "modprobe tun"),
        code=3,
        needs_root=True,
        prefix=in_mounts("mount -t tmpfs none /dev/net"),
    ),
    Case(
        "hosts on loopback addresses, and an address that may be a stranger's",
        EXCHANGE + "romeo> far = socket(udp)\nromeo> far.connect(10.10.0.77:80)",
        (r"line \d+: 10\.10\.0\.77 is no host's, but may be somebody's", "hosts of their own"),
        code=3,
        arguments=("run", "--fleet", "loopback", "{file}"),
    ),
    Case(
        "no /dev/net/tun",
        BOUND,
        ("on loopback addresses", "/dev/net/tun", "# passed"),
        code=0,
        needs_root=True,
        prefix=in_mounts("mount -t tmpfs none /dev/net"),
    ),
    Case(
        "no privilege, and /dev/net/tun for root alone",
        BOUND,
        ("on loopback addresses", "/dev/net/tun", "# passed"),
        code=0,
        needs_root=True,
        prefix=in_mounts("mount -t tmpfs none /dev/net && mknod -m 600 /dev/net/tun c 10 200") + AS_NOBODY,
    ),
    Case(
        "no privilege, and /dev/net/tun for everybody",
        EXCHANGE,
        (r"romeo 10\.10\.0\.100", "# passed"),
        code=0,
        needs_root=True,
        needs_user_namespaces=True,
        prefix=in_mounts("mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200") + AS_NOBODY,
    ),
]
