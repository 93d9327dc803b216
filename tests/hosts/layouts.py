"""The five ways in which testbeds lay out Romeo and Juliet, or as many hosts as there are names, each with what its
portal prints.

    10.77.0.0/24, fd00:77::/64   what the desk is on
    10.77.1.0/24                 the experiment's own network, where there is one
    10.77.2.0/24, 10.77.3.0/24, fd00:77:c::/64   behind an address of the former
"""

import dataclasses
import re

from host import Host, User

DESK = ("10.77.0.1/24", "fd00:77::1/64")
ROMEO_AND_JULIET = ("romeo", "juliet")
CONFIG = """UserKnownHostsFile /dev/null
StrictHostKeyChecking no
ServerAliveInterval 120

Host bastion.testbed.test
    User student_0077
    Hostname %h
    IdentityFile {bastion_key}
    IdentitiesOnly yes

Host * !bastion.testbed.test
    ProxyJump student_0077@bastion.testbed.test:22
"""
ONLY_FORWARDING = {
    "AllowTcpForwarding": "local",
    "AllowStreamLocalForwarding": "no",
    "PermitTTY": "no",
    "X11Forwarding": "no",
    "ForceCommand": "/usr/sbin/nologin",
}


@dataclasses.dataclass
class Login:
    """How a user reaches a host. `command` is a line as a portal prints it, `data` the host's address in experiments,
    and `control` the one that ssh goes to on the host itself; where there is one network they are the same."""

    host: Host
    user: str
    command: str
    data: str
    control: str

    def by(self, user):
        """The login of another user of the host, who has the same key."""
        command = re.sub(rf"(?<=-l ){self.user}\b|\b{self.user}(?=@)", user, self.command)
        return dataclasses.replace(self, user=user, command=command)


def _users(bed, *names, **more):
    return [User(name, bed.public_key("user"), **more) for name in names]


def _name(bed, logins):
    """Short names are on the experiment's side, full ones on the other, as CloudLab has them."""
    for name, login in logins.items():
        bed.name_addresses((login.data, name), (login.control, f"{name}.exp.testbed.test"))
    return logins


def _data(number):
    return f"10.77.1.{11 + number}"


def direct(bed, names=ROMEO_AND_JULIET, *, users=("alice", "bob"), **options):
    """(a) Addresses that the desk reaches, and one network for everything."""
    bed.plug(bed.desk, "control", "management", *DESK)
    logins = {}
    for number, name in enumerate(names):
        address = f"10.77.0.{11 + number}"
        host = bed.host(name, _users(bed, *users), {"control": ("management", f"{address}/24")}, **options)
        logins[name] = Login(host, users[0], f"ssh {users[0]}@{address}", address, address)
    return _name(bed, logins)


def shared(bed, names=ROMEO_AND_JULIET, *, users=("alice", "bob", "carol"), **options):
    """(b) Virtual machines behind one address with a port for each, and a data network."""
    bed.plug(bed.desk, "control", "management", *DESK)
    inside = {name: f"10.77.3.{11 + number}" for number, name in enumerate(names)}
    ports = {name: 25610 + number for number, name in enumerate(names)}
    dnat = [f"ip daddr 10.77.0.20 tcp dport {ports[name]} dnat to {inside[name]}:22" for name in inside]
    bed.gateway({"outer": ("management", "10.77.0.20/24"), "inner": ("shared", "10.77.3.1/24")}, dnat)
    logins = {}
    for number, name in enumerate(names):
        wires = {"control": ("shared", f"{inside[name]}/24"), "data": ("experiment", f"{_data(number)}/24")}
        host = bed.host(name, _users(bed, *users), wires, via=["10.77.3.1"], **options)
        line = f"ssh -p {ports[name]} {users[0]}@pc1.testbed.test"
        logins[name] = Login(host, users[0], line, _data(number), inside[name])
    bed.name_addresses(("10.77.0.20", "pc1.testbed.test"))
    return _name(bed, logins)


def behind_bastion(bed, names=ROMEO_AND_JULIET, **options):
    """(c) IPv6 alone, through a bastion that does nothing but forward, by an ssh_config; data network of IPv4. The
    bastion is bed.hosts["bastion"]."""
    bed.plug(bed.desk, "control", "management", "fd00:77::1/64")
    inside = {name: f"fd00:77:c::{11 + number}" for number, name in enumerate(names)}
    bed.host(
        "bastion",
        [User("student_0077", bed.public_key("bastion"), shell="/usr/sbin/nologin")],
        {"control": ("management", "fd00:77::b/64"), "inner": ("site", "fd00:77:c::1/64")},
        settings={**ONLY_FORWARDING, "PermitOpen": " ".join(f"[{address}]:22" for address in inside.values())},
    )
    config = bed.folder / "ssh_config"
    config.write_text(CONFIG.format(bastion_key=bed.key("bastion")))
    logins = {}
    for number, name in enumerate(names):
        wires = {"control": ("site", f"{inside[name]}/64"), "data": ("experiment", f"{_data(number)}/24")}
        host = bed.host(name, _users(bed, "ubuntu"), wires, **options)
        line = f"ssh -i {bed.key('user')} -F {config} ubuntu@{inside[name]}"
        logins[name] = Login(host, "ubuntu", line, _data(number), inside[name])
    bed.name_addresses(("fd00:77::b", "bastion.testbed.test"))
    return _name(bed, logins)


def tcsh(bed, names=ROMEO_AND_JULIET, **options):
    """(d) tcsh as the login shell, which prints a line; no sudo. A data network."""
    bed.plug(bed.desk, "control", "management", *DESK)
    logins = {}
    for number, name in enumerate(names):
        address = f"10.77.0.{31 + number}"
        wires = {"control": ("management", f"{address}/24"), "data": ("experiment", f"{_data(number)}/24")}
        users = _users(bed, "alice", "bob", shell="/bin/tcsh", prints=f"Welcome to {name}. Be nice!")
        host = bed.host(name, users, wires, **options)
        line = f"ssh -i {bed.key('user')} -l alice {address}"
        logins[name] = Login(host, "alice", line, _data(number), address)
    return _name(bed, logins)


def floating(bed, names=ROMEO_AND_JULIET, **options):
    """(e) One floating address, which is the first host's; the others are behind it. One network for experiments and
    ssh."""
    bed.plug(bed.desk, "control", "management", *DESK)
    inner = {"outer": ("management", "10.77.0.30/24"), "inner": ("sharednet", "10.77.2.1/24")}
    bed.gateway(inner, ["ip daddr 10.77.0.30 dnat to 10.77.2.11"])
    trust = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
    through = f"ssh -i {bed.key('user')} {trust} -W %h:%p cc@10.77.0.30"
    logins = {}
    for number, name in enumerate(names):
        address = f"10.77.2.{11 + number}"
        wires = {"control": ("sharednet", f"{address}/24")}
        host = bed.host(name, _users(bed, "cc"), wires, via=["10.77.2.1"], **options)
        line = f"ssh -i {bed.key('user')} cc@10.77.0.30"
        if number > 0:
            line = f"ssh -i {bed.key('user')} -o ProxyCommand=\"{through}\" cc@{address}"
        logins[name] = Login(host, "cc", line, address, address)
    return _name(bed, logins)


LAYOUTS = {"direct": direct, "shared": shared, "bastion": behind_bastion, "tcsh": tcsh, "floating": floating}
