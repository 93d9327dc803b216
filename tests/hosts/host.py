"""A host as a testbed gives it: a Linux of its own with accounts, an sshd, and nothing of ours on it."""

import contextlib
import dataclasses
import os
import pathlib
import shlex
import subprocess

from filters import Counter, Firewall
from rooms import ROOT, Room
from sshd import FOLDER, Sshd

FIRST_UID = 2001
SIZE = "512m"  # of a file system in memory; it takes what is written
OPEN_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # where everybody may write
ACCOUNT_FILES = ("passwd", "group", "shadow", "hosts", "nsswitch.conf", "sudoers")  # of its own in /etc
NO_SUDO = '#!/bin/sh\necho "sudo: command not found" >&2\nexit 127\n'


@dataclasses.dataclass
class User:
    """An account. `key` is the public key that logs in; `prints` is a line that the login shell says at every start."""

    name: str
    key: str
    shell: str = "/bin/bash"
    prints: str = ""
    uid: int = 0  # given by the host


def mount_script(name, sizes, noexec):
    """Sets up the file systems of a host: empty homes, an /etc and a /run of its own, and none of our tree."""
    lines = [f"echo {shlex.quote(name)} >/proc/sys/kernel/hostname"]
    for folder in ("/run", FOLDER, "/home", *OPEN_FOLDERS):
        options = f"size={sizes.get(folder, SIZE)},mode={1777 if folder in OPEN_FOLDERS else 755}"
        lines.append(f"mount -n -t tmpfs -o {options}{',noexec' if folder in noexec else ''} testbed {folder}")
    hide = shlex.quote(str(ROOT))
    lines += [f"[ ! -d {hide} ] || mount -n -t tmpfs -o mode=755 testbed {hide}", "mkdir -m 755 /run/sshd /run/etc"]
    for file in ACCOUNT_FILES:
        lines.append(f": >/run/etc/{file}; mount -n --bind /run/etc/{file} /etc/{file}")
    return "\n".join(lines)


class Host(Room):
    """One host. To be plugged into networks, then started; testbed.Testbed does both.

    `sudoers` may be root without a password; without any there is no sudo. `sizes` of file systems by folder
    ("/home": "4m") and `noexec` folders are of /home, /tmp, /var/tmp, /dev/shm; `settings` are of sshd_config(5).
    """

    def __init__(self, name, users, *, sizes=None, noexec=(), settings=None, sudoers=()):
        super().__init__("net", "mount", "uts", "ipc", "pid", setup=mount_script(name, sizes or {}, noexec))
        self.name = name
        self.users = {user.name: dataclasses.replace(user, uid=FIRST_UID + n) for n, user in enumerate(users)}
        self.ports = {}  # of wires, by interface
        self.sshd = Sshd(self, settings or {})
        try:
            self._make_accounts()
            self.path("/etc/sudoers").write_text("".join(f"{user} ALL=(ALL) NOPASSWD:ALL\n" for user in sudoers))
            self.path("/etc/sudoers").chmod(0o440)
            if os.path.exists("/usr/bin/sudo") and not sudoers:
                self.disguise("/usr/bin/sudo", NO_SUDO)
            self.sshd.new_host_key()
            self.before = {user: set(self._files(user)) for user in self.users}
        except BaseException:
            self.close()
            raise

    def close(self):
        super().close()
        if hasattr(self, "sshd"):
            self.sshd.finish()

    def path(self, place):
        """Where a file of the host is for us. A symbolic link leads out of the host."""
        return pathlib.Path(f"/proc/{self.pid}/root/{place.lstrip('/')}")

    def _make_accounts(self):
        people = [("root", 0, "/root", "/bin/bash"), ("sshd", 102, "/run/sshd", "/usr/sbin/nologin")]
        people += [("nobody", 65534, "/nonexistent", "/usr/sbin/nologin")]
        people += [(user.name, user.uid, f"/home/{user.name}", user.shell) for user in self.users.values()]
        etc = {"passwd": "", "group": "", "shadow": "", "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n"}
        for name, uid, home, shell in people:
            etc["passwd"] += f"{name}:x:{uid}:{uid}::{home}:{shell}\n"
            etc["group"] += f"{name}:x:{uid}:\n"
            etc["shadow"] += f"{name}:*:19000:0:99999:7:::\n"
        for file, text in etc.items():
            self.path(f"/etc/{file}").write_text(text)
        self.path("/etc/shadow").chmod(0o600)
        for user in self.users.values():
            self._make_home(user)

    def _make_home(self, user):
        home = self.path(f"/home/{user.name}")
        (home / ".ssh").mkdir(0o700, parents=True)
        (home / ".ssh/authorized_keys").write_text(user.key)
        if user.prints:
            for script in (".bashrc", ".profile", ".cshrc"):
                (home / script).write_text(f"echo {shlex.quote(user.prints)}\n")
        for folder, folders, files in os.walk(home):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, user.uid, user.uid)

    def disguise(self, program, script):
        """Puts a script in the place of a program that is there: a `uname` that says aarch64."""
        place = f"/run/etc/{pathlib.Path(program).name}"
        self.path(place).write_text(script)
        self.path(place).chmod(0o755)
        self.run("mount", "-n", "--bind", place, program)

    def name_addresses(self, lines):
        """What /etc/hosts says: pairs of an address and a name."""
        text = "".join(f"{address} {name}\n" for address, name in [("127.0.0.1", "localhost"), *lines])
        self.path("/etc/hosts").write_text(text)

    def start(self, *words, user, **options):
        """Starts a command as this user; gives the Popen. What it starts is in the host."""
        uid = self.users[user].uid
        into = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--reset-env"]
        return subprocess.Popen([*self.prefix(), *into, *words], start_new_session=True, **options)

    # What there is.

    def processes_of(self, user):
        uid, found = self.users[user].uid, []
        for process in self.processes():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{process.pid}").st_uid == uid and process.state != "Z":
                    found.append(process)
        return found

    def _files(self, user):
        """The user's files, as paths on the host."""
        root, uid = self.path("/"), self.users[user].uid
        for start in (f"home/{user}", *(folder.lstrip("/") for folder in OPEN_FOLDERS), "run"):
            for folder, folders, files in os.walk(root / start):
                for path in (os.path.join(folder, name) for name in folders + files):
                    with contextlib.suppress(OSError):
                        if os.lstat(path).st_uid == uid:
                            yield f"/{os.path.relpath(path, root)}"

    def left(self, user):
        """What of this user is on the host that was not there at first: processes, then files, as sentences."""
        found = [f"{self.name}: {process}" for process in self.processes_of(user)]
        files = sorted(set(self._files(user)) - self.before[user])
        return found + [f"{self.name}: file {file}" for file in files]

    # What may befall it.

    def cut(self, interface="control"):
        """Cuts the link: nothing passes, and no end is told. `mend` undoes it."""
        self.ports[interface].cut()

    def mend(self, interface="control"):
        self.ports[interface].mend()

    def slow_down(self, rate, interface="control"):
        """No more than this rate, "20mbit", goes to the host."""
        self.ports[interface].slow_down(rate)

    def full_speed(self, interface="control"):
        self.ports[interface].full_speed()

    def new_host_key(self):
        self.sshd.new_host_key()

    def kill_sshd(self):
        """Nobody listens any more, and connections end. `self.sshd.start()` begins anew."""
        self.sshd.stop()
        self.sshd.drop_connections()

    def fill(self, folder="/home", leave_bytes=0):
        """Fills the file system of this folder but for so many bytes. Gives the file that does it, to be removed."""
        filler = self.path(f"{folder}/filler")
        room = os.statvfs(self.path(folder))
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(room.f_bavail * room.f_frsize - leave_bytes, 1))
        return filler

    def firewall(self, verdict, interface="data", *, port=None):
        """A filters.Firewall that spares ssh."""
        return Firewall(self, interface, verdict, port=port, spared=(self.sshd.port,))

    def count(self, interface="data", ports=None):
        """A filters.Counter of packets of ssh, or of these ports; of all with ports=()."""
        return Counter(self, interface, (self.sshd.port,) if ports is None else ports)
