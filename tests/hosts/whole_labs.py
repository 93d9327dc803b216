"""Every lab of the repository on each layout of testbeds: the same files pass, but for those that say why not."""

import re

from household import EXPERIMENTS, all_experiments, input_for
from layouts import LAYOUTS
from stage import Stage, complaints, repeated

# Four hosts play as many as any lab has.
NAMES = ("romeo", "juliet", "nurse", "laurence")
HAS_NO_NETWORK_OF_ITS_OWN = r"# not run: .*sysctl \S+ of juliet can be set where hosts are made for the run"
NOT_PLAYED = {"to-nobody.md": HAS_NO_NETWORK_OF_ITS_OWN}
SERVER_CLOSES = """\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:{port})
juliet> place = door.getsockname()
juliet> door.listen()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet.place)
juliet> conn, _ = door.accept()
juliet> conn.close()
romeo> sock.recv(1) => eof
romeo> sock.close()
"""
TAKEN = (
    r"juliet: the port was taken before the run began: tcp TIME-WAIT 10\.77\.0\.12:4000 > 10\.77\.0\.11:\d+, "
    r"a connection of an earlier run; it goes in (\d+s|1m), or with a restart of the host"
)
SHARES = "no other network than the login's, which the experiment shares"


def hosts_of(lab):
    """The names of a lab's hosts, which are its first declarations."""
    text = lab.read_text()
    numbers = dict(re.findall(r"^set +(\w+) *= *(\d+)", text, re.MULTILINE))
    for name, first, last in re.findall(r"^host +([\w-]+)(?:\[(\d+)\.\.(\w+)\])?", text, re.MULTILINE):
        if not first:
            yield name
        for number in range(int(first or 1), int(numbers.get(last, last or 0)) + 1):
            yield f"{name}[{number}]"


def cast(lab, lines):
    """Who plays whom, each host one: those of the same name, then the next that is free."""
    declared = list(hosts_of(lab))
    free = [line for name, line in lines.items() if name not in declared]
    return {name: lines[name] if name in lines else free.pop(0) for name in declared}


def play(stage, lab, lines):
    outcome = stage.play(lab, lines=cast(lab, lines), given=input_for(lab))
    wanted = NOT_PLAYED.get(lab.name)
    yield from complaints(outcome, *((3, wanted) if wanted else (0, "# passed")))
    on_one_network = all(login.data == login.control for login in stage.logins.values())
    if not wanted and (SHARES in outcome.text) != on_one_network:
        yield f"of the networks it says {outcome}"


def on_layout(name):
    """All labs, at first and when the agent is there; ssh keeps off a network of the experiment's own."""

    def test(options):
        with Stage(options.balcony, name, names=NAMES) as stage:
            counts = [login.host.count("data") for login in stage.logins.values() if login.data != login.control]
            for _ in range(options.runs):
                for lab in all_experiments():
                    for complaint in play(stage, lab, stage.lines()):
                        yield f"{lab.name}: {complaint}"
                yield from stage.left()
            if any(count.packets() for count in counts):
                yield f"ssh was on the experiment's network: {[count.packets() for count in counts]} packets"

    return test


def one_machine(options):
    """Several hosts of a lab by one line: their agents share its network, each with a loopback address, and it is said
    what cannot be played so. Where only some are by one line that is refused."""
    with Stage(options.balcony) as stage:
        line = stage.lines()["juliet"]
        for name, code, wanted in (
            ("romeo-and-juliet/tcp.md", 0, "# passed"),
            ("romeo-and-juliet/udp.md", 0, "# passed"),
            ("echo/tcp.md", 0, "# passed"),
            ("streams/last-words.md", 3, "counters is of a host's own network, and these hosts have one machine's"),
            ("streams/knobs.md", 3, "# skipped: needs mtu 1500, and that of romeo's lo is 65536"),
        ):
            lab = EXPERIMENTS / name
            yield from complaints(stage.play(lab, lines={host: line for host in hosts_of(lab)}), code, wanted)
        lab = EXPERIMENTS / "sim-network/many-clients.md"
        lines = {host: line for host in hosts_of(lab)} | {"server": stage.lines()["romeo"]}
        refused = r"# not run: .*nothing on client\[2\] can take the place of 10.0.0.3"
        yield from complaints(stage.play(lab, lines=lines), 3, refused)
        yield from stage.left()


def time_wait(options):
    """A server that closes first keeps its port for a minute: the next run says so, and any port will do."""
    with Stage(options.balcony) as stage:
        for port in (0, 4000):
            yield from stage.passes(given=SERVER_CLOSES.format(port=port))
        yield from stage.fails(TAKEN, given=SERVER_CLOSES.format(port=4000))
        for _ in range(options.runs):
            yield from stage.passes(given=SERVER_CLOSES.format(port=0))
        yield from stage.left()


TESTS = {
    **{name: on_layout(name) for name in LAYOUTS},
    "one_machine": repeated(one_machine),
    "time_wait": time_wait,
}
