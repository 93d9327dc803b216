"""`balcony fleet` with hosts that are there, fleet files, and what keeps off the network of the logins."""

import contextlib
import os
import pathlib
import shlex
import shutil

from household import EXPERIMENTS, descendants
from rooms import kill, until_nothing
from stage import GONE_SECONDS, SHORT, Stage, complaints, repeated
from whole_labs import SERVER_CLOSES, SHARES

TCP = EXPERIMENTS / "romeo-and-juliet/tcp.md"
STATE = r"balcony-agent \S+, Linux \S+ \S+, clock [+-][\d.]+ ms ± [\d.]+ ms, no capabilities"
UP = r"\.cache/balcony/up"  # the folder stays, as that of the keys does


def write_fleet(stage, name="fleet.yaml", **more):
    """A fleet file; `more` are keys of each host."""
    keys = "".join(f", {key}: {value}" for key, value in more.items())
    hosts = [f"  {host}: {{ssh: {line}{keys}}}" for host, line in stage.lines().items()]
    file = stage.house.folder / name
    file.write_text("\n".join(["hosts:", *hosts, ""]))
    return file


def fleet_file(options):
    """A file says it all; a data network that a host is not in is named."""
    with Stage(options.balcony, "shared") as stage:
        for data, code, wanted in (
            ("10.77.1.0/24", 0, "# passed"),
            ("[10.77.1.0/24, 10.77.3.0/24]", 0, "# passed"),
            ("10.99.0.0/24", 3, r"it has no address in 10\.99\.0\.0/24; it has 10\.77\.3\.1\d, 10\.77\.1\.1\d"),
        ):
            outcome = stage.house.run("run", TCP, "--fleet", write_fleet(stage, data=data))
            yield from complaints(outcome, code, wanted)
        yield from stage.left()


def kept_up(options):
    """Agents and connections stay for many runs, and go when they are to, or their keeper is killed."""
    with Stage(options.balcony, "shared") as stage:
        file, run = write_fleet(stage), stage.house.run
        yield from complaints(run("fleet", "status", file), 0, f"juliet +reached +{STATE}", f"romeo +reached +{STATE}")
        yield from stage.left()
        for _ in range(options.runs):
            yield from complaints(run("fleet", "up", file), 0, "juliet is up", "romeo is up")
            yield from complaints(run("fleet", "up", file), 0, "juliet is up already", "romeo is up already")
            yield from complaints(run("fleet", "status", file), 0, f"juliet +up +{STATE}", f"romeo +up +{STATE}")
            for _ in range(2):
                yield from complaints(run("run", TCP, "--fleet", file), 0, "# passed")
            yield from complaints(run("fleet", "clean", file), 3, "balcony fleet down ends that first")
            yield from complaints(run("fleet", "down"), 0, "juliet is down", "romeo is down")
            yield from complaints(run("fleet", "down", file), 0, "nothing is up")
            yield from stage.left(but=UP)
        cleaned = r"removed /home/alice/\.cache/balcony/balcony-agent-[0-9a-f]{16}\n"
        yield from complaints(run("fleet", "clean", file), 0, f"juliet +{cleaned}", f"romeo +{cleaned}")
        yield from complaints(run("fleet", "clean", file), 0, "juliet +nothing was there")
        there = until_nothing(lambda: [what for what in stage.bed.left() if not what.endswith(".cache")])
        yield from (f"left {what}" for what in there)


def keepers():
    return [process for process in descendants() if process.name == "balcony"]


def keeper_killed(options):
    """Who keeps a fleet up is killed, or one of its links is cut: all else goes on, and nothing is left."""
    with Stage(options.balcony, "shared") as stage:
        file, run = write_fleet(stage), stage.house.run
        for _ in range(options.runs):
            yield from complaints(run("fleet", "up", file), 0, "juliet is up", "romeo is up")
            for keeper in keepers():
                keeper.kill()
                os.waitpid(keeper.pid, 0)  # until the last of its threads has ended
            # What it had on the desk is stale, and goes when somebody looks.
            yield from complaints(run("fleet", "down"), 0, "nothing is up")
            yield from stage.left(but=UP)
            yield from complaints(run("run", TCP, "--fleet", file), 0, "# passed")
            yield from complaints(run("fleet", "up", file), 0, "juliet is up", "romeo is up")
            stage.juliet.cut()
            there = until_nothing(lambda: agents_on(stage.juliet), GONE_SECONDS)
            yield from (f"there is {what} after {GONE_SECONDS} s" for what in there)
            stage.juliet.mend()
            yield from complaints(run("run", TCP, "--fleet", file), 0, "# passed")
            yield from complaints(run("fleet", "down"), 0, "romeo is down")
            yield from stage.left(but=UP)


def agents_on(host):
    return [process for process in host.processes_of("alice") if process.name.startswith("balcony-agent")]


@contextlib.contextmanager
def changed_names(host, lines):
    file = host.path("/etc/hosts")
    before = file.read_text()
    host.name_addresses(lines)
    yield
    file.write_text(before)


@contextlib.contextmanager
def cut_off(host):
    host.cut("data")
    yield
    host.mend("data")


@contextlib.contextmanager
def narrow(host):
    host.ip("link set data mtu 1400")
    yield
    host.ip("link set data mtu 1500")


@contextlib.contextmanager
def held(host, port):
    program = f"import socket, sys; s = socket.socket(); s.bind(('', {port})); s.listen(); print(flush=True)"
    program += "; sys.stdin.read()"
    with host.start("python3", "-c", program, user="bob", stdin=-1, stdout=-1) as process:
        process.stdout.readline()
        yield
        process.stdin.close()


def planted(stage):
    """Faults: how each is made, and what the doctor is to say of it."""
    juliet, romeo = stage.juliet, stage.logins["romeo"].host
    rejects = r"romeo to juliet, tcp and udp\n    {} at once: a firewall on juliet rejects it \(ICMP {}"
    yield juliet.firewall("admin-prohibited"), (
        rejects.format("EHOSTUNREACH", "admin-prohibited"),
        r"on juliet: sudo firewall-cmd --zone=trusted --add-source=10\.77\.1\.0/24",
    )
    yield juliet.firewall("port-unreachable"), (rejects.format("ECONNREFUSED", "port-unreachable"),)
    yield juliet.firewall("tcp-reset"), (r"romeo to juliet, tcp\n    ECONNREFUSED, by a reset",)
    yield juliet.firewall("drop"), (r"romeo to juliet, tcp and udp\n    no answer: a firewall on juliet or on the way",)
    yield narrow(juliet), ("the MTU of data is 1400, and that of data 1500",)
    yield held(juliet, 4000), (r"juliet\n    tcp port 4000 is held by a program of user 2002",)
    wrong = [(stage.logins["juliet"].control, "juliet")]
    yield changed_names(romeo, wrong), (r"romeo\n    there the name juliet is 10\.77\.3\.12, an address",)
    yield cut_off(juliet), (r"nothing passes between|nobody answers for 10\.77\.1\.12",)


def doctor(options):
    """The doctor names the cause of every fault that is planted, and finds none where there is none."""
    with Stage(options.balcony, "shared") as stage:
        file = write_fleet(stage)

        def examine():
            return stage.house.run("fleet", "doctor", file, "--lab", TCP)

        for _ in range(options.runs):
            for fault, wanted in planted(stage):
                with fault:
                    yield from complaints(examine(), 1, *wanted, r"\n[12] faults? found")
                yield from complaints(examine(), 0, "no fault found: 2 hosts, 2 paths", "offloads are on at data")
            astray = stage.house.run("fleet", "doctor", write_fleet(stage, "astray.yaml", data="10.99.0.0/24"))
            yield from complaints(astray, 1, r"juliet\n    it has no address in 10\.99\.0\.0/24")
        yield from stage.left()


def control_network(options):
    """What would go over the network of the logins is refused; a socket that is bound everywhere is told of."""
    with Stage(options.balcony, "shared") as stage:
        control = stage.logins["juliet"].control
        named = 'host romeo\nhost juliet\njuliet> place = resolve("juliet.exp.testbed.test")\n'
        for lab, code, wanted in (
            (f"{named}juliet> s = socket(tcp)\njuliet> s.bind(place:4000)\n", 3, f"{control} is on control"),
            (f"{named}romeo> s = socket(udp)\nromeo> s.sendto(\"x\", juliet.place:9)\n", 3, "is reached by control"),
            (f"{SHORT}juliet> s = socket(tcp)\njuliet> s.bind(0.0.0.0:4000)\n", 0, "bound on control too"),
            (f"{SHORT}juliet> s = socket(tcp)\njuliet> s.listen(1)\n", 0, "listens on control too"),
            (f"host web external {control}\n{SHORT}romeo> t = socket(tcp)\nromeo> t.connect(web:9)\n", 3, "by control"),
        ):
            yield from complaints(stage.play(given=lab), code, wanted)
        yield from stage.left()
    with Stage(options.balcony) as stage:  # one network: it is said, and allowed
        lab = f"{SHORT}juliet> s = socket(tcp)\njuliet> s.bind(0.0.0.0:4000)\n"
        outcome = stage.play(given=lab)
        yield from complaints(outcome, 0, "which the experiment shares")
        if "bound on" in outcome.text:
            yield f"it warns where there is one network: {outcome}"
        yield from stage.left()


def agents_by_command(options):
    """Agents that somebody else starts, beside hosts by ssh; and whose sockets go, TIME-WAIT too, where they may."""
    lab = EXPERIMENTS / "romeo-and-juliet/udp.md"
    with Stage(options.balcony, "shared") as stage:
        agent = pathlib.Path(options.balcony).resolve().with_name("balcony-agent")
        net = f"/proc/{stage.juliet.pid}/ns/net"
        command = shlex.join(["nsenter", f"--net={net}", str(agent), "--stdio"])
        line = stage.lines()["romeo"]
        given = ("--host", f"romeo={line}", "--agent", f"juliet={command}")
        file = stage.house.folder / "fleet.yaml"
        file.write_text(f"hosts:\n  romeo: {{ssh: {line}}}\n  juliet: {{agent: {command}, data: 10.77.1.0/24}}\n")
        yield from complaints(stage.house.run("run", lab, "--fleet", file), 0, "# passed")
        outcome = stage.house.run("run", lab, *given)
        yield from complaints(outcome, 0, "# passed")
        yield from complaints(stage.house.run("fleet", "status", file), 0, "juliet +reached", "CAP_NET_RAW")
        file.write_text(file.read_text().replace("--stdio", "--nonsense"))
        yield from complaints(stage.house.run("run", lab, "--fleet", file), 3, "juliet: no agent said hello")
        yield from stage.left()


def agents_by_address(options):
    """Agents that listen at an address, with TLS: the network that they are dialled over is no experiment's."""
    with Stage(options.balcony, "tcsh") as stage:
        certs, lab = stage.house.folder / "certs", EXPERIMENTS / "romeo-and-juliet/tcp.md"
        agent = pathlib.Path(options.balcony).resolve().with_name("balcony-agent")
        fleet, listening = ["tls: certs", "hosts:"], []
        with contextlib.ExitStack() as stack:
            for name, login in stage.logins.items():
                made = stage.house.run("certs", certs, "--agent", login.control)
                yield from complaints(made, 0)
                home = login.host.path("/home/bob")
                for file in (agent, certs / "ca.pem", *certs.glob(f"agent-{login.control}*.pem")):
                    shutil.copy(file, home)
                    shutil.chown(home / file.name, 2002, 2002)
                mine = f"/home/bob/agent-{login.control}"
                tls = ["--tls-ca", "/home/bob/ca.pem", "--tls-cert", f"{mine}.pem", "--tls-key", f"{mine}-key.pem"]
                words = ["/home/bob/balcony-agent", "--listen", f"{login.control}:7000", *tls]
                process = stack.enter_context(login.host.start(*words, user="bob", stderr=-1))
                stack.callback(lambda host=login.host: kill(host.processes_of("bob")))
                listening.append(process.stderr.readline().decode())
                fleet.append(f'  {name}: {{agent: "{login.control}:7000"}}')
            file = stage.house.folder / "fleet.yaml"
            file.write_text("\n".join([*fleet, ""]))
            outcome = stage.house.run("run", lab, "--fleet", file)
            yield from complaints(outcome, 0, "# passed", "10.77.1.11", "10.77.1.12")
            if SHARES in outcome.text:
                yield f"it takes the control network for the experiment's: {outcome}, {listening}"
            yield from complaints(stage.house.run("fleet", "status", file), 0, "juliet +reached", "romeo +reached")
            yield from complaints(stage.house.run("fleet", "doctor", file), 0, "no fault found")
            file.write_text(file.read_text().replace("tls: certs\n", ""))
            yield from complaints(stage.house.run("run", lab, "--fleet", file), 2, "without TLS an agent")
        yield from stage.left(but="/home/bob/")


def with_sudo(options):
    """By sudo an agent may what takes a capability, and its TIME-WAIT is gone with the run; without, it is said."""
    raw = f"{SHORT}juliet> s = socket(raw, icmp)\n"
    closes = SERVER_CLOSES.format(port=4000)
    for keeps in (False, True):
        with Stage(options.balcony, "shared", sudoers=("alice",)) as stage:
            file = write_fleet(stage, sudo="true")
            if keeps:
                yield from complaints(stage.house.run("fleet", "up", file), 0, "juliet is up", "romeo is up")
            for lab in (raw, closes, closes, closes):
                yield from complaints(stage.house.run("run", "-", "--fleet", file, given=lab), 0, "# passed")
            yield from complaints(stage.play(given=raw), 1, "EPERM")
            yield from complaints(stage.house.run("fleet", "down"), 0, "juliet is down" if keeps else "nothing is up")
            yield from stage.left(but=UP)
    with Stage(options.balcony, "shared") as stage:
        outcome = stage.house.run("run", "-", "--fleet", write_fleet(stage, sudo="true"), given=raw)
        yield from complaints(outcome, 3, "sudo: command not found\n?; `sudo: true` is for hosts")
        yield from stage.left()


IN_A_LOOP = (kept_up, keeper_killed, doctor)
ONCE = (fleet_file, control_network, agents_by_command, agents_by_address, with_sudo)
TESTS = {test.__name__: test for test in IN_A_LOOP} | {test.__name__: repeated(test) for test in ONCE}
