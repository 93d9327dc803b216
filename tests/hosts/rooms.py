"""Rooms: namespaces, each kind held by one process, which dies with the program that made it.

All that a room has (interfaces, mounts, processes) goes with it. The holder ends when its standard input does, so that
even after kill -9 of the test nothing stays.
"""

import contextlib
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/experiments"))

from household import process_table  # noqa: E402

LIMIT_SECONDS = 60  # no command of a testbed takes longer, unless it hangs
CLONE_NEWNET = 0x40000000
KINDS = {"net": "net", "mount": "mnt", "uts": "uts", "ipc": "ipc", "pid": "pid"}  # by the names of their files in /proc
# Its arguments: a script that sets the room up, and folders that go with it. As process 1 of a room it is the parent of
# processes that it does not know.
HOLD = """
import shutil, signal, subprocess, sys
if subprocess.run(["sh", "-ec", sys.argv[1]], stdin=subprocess.DEVNULL).returncode == 0:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    sys.stdin.read()
for folder in sys.argv[2:]:
    shutil.rmtree(folder, ignore_errors=True)
"""
# A copy of a mount keeps what others want to be rid of: their containers' folders and network namespaces.
LEAVE_OTHERS_MOUNTS = """
while read -r _ _ _ _ place _; do
  case "$place" in
    /var/lib/docker*|/var/lib/containerd*|/run/docker*|/run/netns*) umount -l "$place" 2>/dev/null || :;;
  esac
done </proc/self/mountinfo
"""


def command(*words, given=None, check=True):
    """Runs a command to its end; gives what it wrote. One that fails ends the test, unless that is looked at."""
    done = subprocess.run(
        list(map(str, words)), input=given, capture_output=True, text=True, timeout=LIMIT_SECONDS, errors="replace"
    )
    if check and done.returncode != 0:
        line = " ".join(map(str, words))
        raise RuntimeError(f"{line}: exit {done.returncode}\n{given or ''}{done.stdout}{done.stderr}")
    return done


class Room:
    """Namespaces of the kinds named, set up by a script. `leaves` are folders that are removed once the room ends.

    To be made by the main thread: a holder dies with the thread that made it.
    """

    def __init__(self, *kinds, setup="", leaves=()):
        self.kinds = kinds
        own_processes = ["--fork", "--kill-child", "--mount-proc"] if "pid" in kinds else []
        slave = ["--propagation=slave"] if "mount" in kinds else []
        # What removes folders must outlive us, by as much as that takes: it has the end of its input alone.
        dies_with_us = [] if leaves else ["setpriv", "--pdeathsig=KILL"]
        script = (LEAVE_OTHERS_MOUNTS if "mount" in kinds else "") + setup
        self.holder = subprocess.Popen(
            [*dies_with_us, "unshare", *(f"--{kind}" for kind in kinds), *slave, *own_processes]
            + [sys.executable, "-ISc", HOLD, script, *map(str, leaves)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the test, which closes the room
        )
        try:
            if self.holder.stdout.readline() != b"ready\n":
                raise RuntimeError(f"a room could not be made:\n{script}")
            self.pid = self._first_process() if "pid" in kinds else self.holder.pid
            self.names = {kind: os.readlink(f"/proc/{self.pid}/ns/{KINDS[kind]}") for kind in kinds}
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _first_process(self):
        return int(pathlib.Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children").read_text())

    def let_go(self):
        """Lets the room end, without waiting for that."""
        with contextlib.suppress(OSError):
            self.holder.stdin.close()

    def close(self):
        self.let_go()
        try:
            self.holder.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.holder.kill()
            self.holder.wait()
        self.holder.stdout.close()

    def prefix(self, *kinds):
        """A command by which others are started in this room; in its namespaces of these kinds, or in all."""
        options = [f"--{kind}=/proc/{self.pid}/ns/{KINDS[kind]}" for kind in kinds or self.kinds]
        return ["nsenter", *options, "--"]

    def run(self, *words, kinds=(), **options):
        """Runs a command in the room to its end."""
        return command(*self.prefix(*kinds), *words, **options)

    def ip(self, *lines):
        """Does lines of ip(8) on the room's network."""
        return self.run("ip", "-batch", "-", kinds=("net",), given="".join(f"{line}\n" for line in lines))

    def nft(self, rules):
        """Adds rules to the room's nftables."""
        return self.run("nft", "-f", "-", kinds=("net",), given=rules)

    def sysctl(self, **values):
        """Sets what is under /proc/sys/net: `ipv4__ip_forward=1`, with __ for a slash."""
        script = "".join(f"echo {value} >/proc/sys/net/{name.replace('__', '/')}\n" for name, value in values.items())
        self.run("sh", "-ec", script, kinds=("net",))

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        """A socket of ours on the room's network: setns(2), for as long as it takes."""
        with open("/proc/thread-self/ns/net") as ours, open(f"/proc/{self.pid}/ns/net") as theirs:
            enter_network(theirs.fileno())
            try:
                return socket.socket(family, kind)
            finally:
                enter_network(ours.fileno())

    def processes(self):
        """The processes that see each other in here, the first one left out; only where the room has a "pid" kind."""
        return [process for pid, process in process_table().items() if pid != self.pid and self.has(pid)]

    def has(self, pid):
        """Whether this is a process of the room, its holder among them."""
        if pid in (self.pid, self.holder.pid):
            return True
        with contextlib.suppress(OSError):
            return "pid" in self.kinds and os.readlink(f"/proc/{pid}/ns/pid") == self.names["pid"]
        return False


def until_nothing(look, patience=10.0):
    """Looks until there is nothing; gives what was still there when the patience was over."""
    give_up = time.monotonic() + patience
    while (found := look()) and time.monotonic() < give_up:
        time.sleep(0.01)
    return found


def enter_network(descriptor):
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def kill(processes, number=signal.SIGKILL):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
