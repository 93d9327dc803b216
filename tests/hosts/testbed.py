"""A testbed in namespaces: hosts that one reaches by ssh from a desk, over networks that are nowhere else.

    with Testbed() as bed:
        login = layouts.direct(bed)["juliet"]
        subprocess.run([*bed.desk_prefix, *shlex.split(login.command), "true"])

As a program it tries itself: every layout, every fault, and that nothing is left.
"""

import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

from host import Host
from rooms import Room, command
from wires import Wires

PROGRAMS = ("/usr/sbin/sshd", "ssh", "ssh-keygen", "nft", "ip", "bridge", "tc", "unshare", "nsenter", "setpriv", "sudo")
KEYS = ("user", "bastion", "stranger")  # the stranger's opens nothing
DESK_FILES = ("passwd", "hosts", "nsswitch.conf")  # what the desk has of its own in /etc


def why_not():
    """Why there can be no testbed here; nothing where there can."""
    if os.geteuid() != 0:
        return "hosts with accounts of their own need root"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"{', '.join(missing)}: not here (openssh-server, nftables, iproute2, util-linux)" if missing else None


class Testbed:
    """Networks, hosts on them, and a desk. On the desk root's home is `desk_home`, with the user's key in the usual
    place, and names are those of `name_addresses`; other files are those of the machine."""

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.rooms = []
            self.hosts = {}
            self.known = []  # addresses and names
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix="balcony-hosts-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            stack.callback(self._end)
            self._make_keys()
            self.wires = self._add(Wires(leaves=[self.folder]))
            self.desk = self._add(Room("net", "mount", setup=self._desk_setup()))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _add(self, room):
        self.rooms.append(room)
        return room

    def _end(self):
        for room in self.rooms:
            room.let_go()
        for room in reversed(self.rooms):
            room.close()

    def _make_keys(self):
        self.desk_home = self.folder / "desk"
        (self.desk_home / ".ssh").mkdir(0o700, parents=True)
        for key in KEYS:
            command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", self.key(key))
        shutil.copy(self.key("user"), self.desk_home / ".ssh/id_ed25519")
        self.known_hosts = self.folder / "known_hosts"

    def key(self, name):
        """The file of a private key."""
        return self.folder / f"{name}_key"

    def public_key(self, name):
        return pathlib.Path(f"{self.key(name)}.pub").read_text()

    def _desk_setup(self):
        etc = self.folder / "etc"
        etc.mkdir()
        others = [line for line in pathlib.Path("/etc/passwd").read_text().splitlines() if not line.startswith("root:")]
        root = f"root:x:0:0:root:{self.desk_home}:/bin/bash"
        (etc / "passwd").write_text("\n".join([root, *others]) + "\n")
        (etc / "hosts").write_text("127.0.0.1 localhost\n")
        (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
        return "\n".join(f"mount -n --bind {etc / file} /etc/{file}" for file in DESK_FILES)

    # Making it.

    def plug(self, room, interface, network, *addresses):
        """Gives a room an interface on a network, which is made if it is new."""
        port = self.wires.plug(room, interface, network, addresses)
        if isinstance(room, Host):
            room.ports[interface] = port

    def host(self, name, users, interfaces, *, via=(), **options):
        """Adds a host that is on these networks, {"control": ("management", "10.77.0.11/24"), …}, with default routes
        `via` these addresses; sshd listens when this returns. The options are Host's."""
        host = self._add(Host(name, users, **options))
        self.hosts[name] = host
        for interface, (network, *addresses) in interfaces.items():
            self.plug(host, interface, network, *addresses)
        if via:
            host.ip(*(f"route add default via {address}" for address in via))
        host.sshd.start()
        return host

    def gateway(self, interfaces, dnat):
        """Adds a router, with these rules for what it sends elsewhere: "tcp dport 25610 dnat to 10.77.3.11:22"."""
        router = self._add(Room("net"))
        for interface, (network, *addresses) in interfaces.items():
            self.plug(router, interface, network, *addresses)
        router.sysctl(ipv4__ip_forward=1)
        rules = "\n".join(dnat)
        router.nft(f"table ip nat {{\nchain in {{\ntype nat hook prerouting priority -100\n{rules}\n}}\n}}\n")
        return router

    def name_addresses(self, *lines):
        """Adds pairs of an address and a name to what the desk and all hosts so far know."""
        self.known += lines
        text = "".join(f"{address} {name}\n" for address, name in [("127.0.0.1", "localhost"), *self.known])
        (self.folder / "etc/hosts").write_text(text)
        for host in self.hosts.values():
            host.name_addresses(self.known)

    # Using it.

    @property
    def desk_prefix(self):
        """A command that starts others on the desk, in the folder that they would have been in. The process stays the
        one that was started, so a kill reaches it."""
        spaces = f"--net=/proc/{self.desk.pid}/ns/net --mount=/proc/{self.desk.pid}/ns/mnt"
        return ["sh", "-c", f'exec nsenter {spaces} --wdns="$PWD" -- "$@"', "desk"]

    def ssh_words(self, line, remote, *options):
        """The words that run a command by a printed ssh command line from the desk. New hosts are believed, and known
        from then on; `options` are more of ssh_config(5), "ConnectTimeout=5"."""
        program, *rest = shlex.split(line)
        ours = ["BatchMode=yes", "StrictHostKeyChecking=accept-new", f"UserKnownHostsFile={self.known_hosts}"]
        words = [word for option in (*ours, *options) for word in ("-o", option)]
        return [*self.desk_prefix, program, *words, *rest, remote]

    def ssh(self, line, remote, *options, given=None):
        """Runs a command by such a line to its end."""
        return command(*self.ssh_words(line, remote, *options), given=given, check=False)

    def start_ssh(self, line, remote, *options, stdin=subprocess.PIPE):
        """As ssh, but gives the Popen, with pipes for what it writes."""
        pipes = {"stdin": stdin, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(self.ssh_words(line, remote, *options), **pipes)

    # Looking at it.

    def has(self, pid):
        """Whether a process is the testbed's own or on one of its hosts. What a test starts on the desk is neither."""
        servers = {host.sshd.process.pid for host in self.hosts.values() if host.sshd.process}
        return pid in servers or any(room.has(pid) for room in self.rooms)

    def network_namespaces(self):
        return {room.names["net"] for room in self.rooms}

    def left(self):
        """What all users of all hosts have left there, as Host.left."""
        return [what for host in self.hosts.values() for user in host.users for what in host.left(user)]


if __name__ == "__main__":
    from testbed_test import main  # noqa: E402

    sys.exit(main())
