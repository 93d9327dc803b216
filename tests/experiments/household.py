"""Runs of the balcony program, and a look at what they left behind.

Whoever makes a Household becomes the reaper of its descendants (prctl(2), PR_SET_CHILD_SUBREAPER): what a killed run
leaves running becomes a child of the test, so that it is found whatever it is called, and what other programs on the
machine do is never mistaken for it.
"""

import argparse
import contextlib
import ctypes
import os
import pathlib
import re
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPERIMENTS = ROOT / "experiments"
PR_SET_CHILD_SUBREAPER = 36
LIMIT_SECONDS = 120  # no run of these tests takes longer, unless it hangs
SKIPPED = 77  # the exit code of a test that could not be made here, or not all of it; ctest is told of it


def try_all(tests):
    """Runs `tests`, functions by name that give complaints; tells how long each took, and the complaints. Gives the
    program's exit code."""
    complaints = 0
    for name, test in tests.items():
        started = time.monotonic()
        found = list(test())
        print(f"{name}: {time.monotonic() - started:.1f} s, {len(found)} complaints", *found, sep="\n", flush=True)
        complaints += len(found)
    print(f"{complaints} complaints" if complaints else "as expected")
    return 1 if complaints else 0


class Outcome:
    """How a run ended: its exit code, and all that it wrote."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err
        self.text = out + err

    def passed(self):
        return self.code == 0 and "# passed" in self.out

    def __str__(self):
        return f"exit {self.code}\n{self.text}"


class Process:
    """One line of the process table."""

    def __init__(self, pid, name, state, parent):
        self.pid = pid
        self.name = name
        self.state = state
        self.parent = parent

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def __str__(self):
        return f"process {self.pid} ({self.name}, state {self.state})"


def process_table():
    """Every process, by its number. One that ends while we look is left out."""
    table = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError):
            stat = pathlib.Path("/proc", entry, "stat").read_text()
            name = stat[stat.index("(") + 1 : stat.rindex(")")]
            state, parent = stat[stat.rindex(")") + 2 :].split()[:2]
            table[int(entry)] = Process(int(entry), name, state, int(parent))
    return table


def descendants(root=None):
    """The processes under `root`, this one unless another is named."""
    root = root or os.getpid()
    table = process_table()
    found = []
    generation = [root]
    while generation:
        generation = [p.pid for p in table.values() if p.parent in generation]
        found += [table[pid] for pid in generation]
    return found


def network_namespace(pid):
    """ "net:[4026531840]", or nothing if the process is gone."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/net")
    return None


def holders(namespaces):
    """Who keeps one of these network namespaces alive: processes in it, open descriptors, mounts."""
    held = []
    for pid, process in process_table().items():
        if network_namespace(pid) in namespaces:
            held.append(f"{process} is in a network namespace of the run")
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(f"/proc/{pid}/fd/{fd}") in namespaces:
                        held.append(f"{process} has a network namespace of the run open")
    mounts = pathlib.Path("/proc/self/mountinfo").read_text()
    held += [f"{namespace} is mounted" for namespace in namespaces if namespace in mounts]
    return held


def taps():
    """The TAP and TUN interfaces of our own network namespace."""
    return {path.parent.name for path in pathlib.Path("/sys/class/net").glob("*/tun_flags")}


class Household:
    """Runs balcony in an empty folder of its own, and tells what is left of the runs. One a program."""

    limit = LIMIT_SECONDS  # of a run

    def __init__(self, balcony):
        self.balcony = pathlib.Path(balcony).resolve()
        if not os.access(self.balcony, os.X_OK):
            sys.exit(f"{self.balcony}: no such program; build it first, or name it with --balcony")
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            sys.exit(f"prctl(PR_SET_CHILD_SUBREAPER): {os.strerror(ctypes.get_errno())}")
        for terminal in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            signal.signal(terminal, signal.SIG_DFL)  # nohup and background jobs ignore them, and runs would as well
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="balcony-test-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        self.taps_before = taps()
        self.namespaces = set()
        self.own_namespace = network_namespace("self")
        self.last_wait = 0.0  # how long the last left() had to wait
        self.environment = {}  # what runs have in theirs beside ours

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def start(self, *arguments, stdin=subprocess.DEVNULL, prefix=()):
        """Starts balcony with these arguments; `prefix` is a command that it is started by."""
        places = {name: str(self.home) for name in ("TMPDIR", "XDG_RUNTIME_DIR", "HOME")}
        return subprocess.Popen(
            [*prefix, str(self.balcony), *map(str, arguments)],
            cwd=self.home,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **places, **self.environment},
        )

    def why_no_hosts(self):
        """Nothing where hosts of their own are possible; where they are not, why."""
        outcome = self.run("run", "-", given="host here\nhere> sock = socket(tcp)\n")
        return outcome.out.splitlines()[1] if "on loopback addresses" in outcome.out else None

    def run(self, *arguments, given="", prefix=()):
        """Runs balcony to its end, with `given` as its standard input. One that hangs is killed; its code is None."""
        process = self.start(*arguments, stdin=subprocess.PIPE, prefix=prefix)
        try:
            out, err = process.communicate(given, timeout=self.limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Outcome(None, out, err + f"(killed after {self.limit} s)\n")
        return Outcome(process.returncode, out, err)

    def remember_namespaces(self):
        """Notes the network namespaces that the runs are in just now, to look for them afterwards."""
        found = {network_namespace(process.pid) for process in descendants()}
        self.namespaces |= found - {None, self.own_namespace}

    def left(self, patience=5.0):
        """What is left once all runs have ended, as sentences: what was still there when the patience was over."""
        started = time.monotonic()
        pause = 0.002
        while found := self._left_now():
            if time.monotonic() > started + patience:
                break
            time.sleep(pause)
            pause = min(2 * pause, 0.1)
        self.last_wait = time.monotonic() - started
        self.namespaces.clear()
        return found

    def _left_now(self):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        found = [str(process) for process in descendants()]
        found += holders(self.namespaces) if self.namespaces else []
        found += [f"interface {name}" for name in sorted(taps() - self.taps_before)]
        for folder, folders, files in os.walk(self.home):  # what goes meanwhile is passed over
            found += [f"file {os.path.relpath(os.path.join(folder, name), self.home)}" for name in sorted(folders + files)]
        return found


@contextlib.contextmanager
def busy_loops(count):
    """Loads the machine with so many programs that never rest."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.send_signal(signal.SIGKILL)
            loop.wait()


def read_options(description, *, runs=None, seed=False, files=False):
    """The options that these tests share; `runs` is the default of --runs, where there is such an option."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument(
        "--balcony", default=os.environ.get("BALCONY", ROOT / "build/dev/bin/balcony"), help="the program under test"
    )
    if runs:
        parser.add_argument("--runs", type=int, default=runs)
    if seed:
        parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    if files:
        parser.add_argument("--fleet", default="local", help="as balcony's")
        parser.add_argument("-D", "--define", action="append", default=[], metavar="NAME=VALUE", help="as balcony's")
        parser.add_argument("files", nargs="*", type=pathlib.Path, help="experiments; all of them if none is named")
    options = parser.parse_args()
    if seed:
        print(f"seed {options.seed}")
    return options


def all_experiments():
    """Every experiment of the repository, and the labs beside this file."""
    labs = pathlib.Path(__file__).with_name("labs").iterdir()
    return sorted(path for path in EXPERIMENTS.rglob("*.md") if "```balcony" in path.read_text()) + sorted(labs)


def is_of_own_networks(experiment):
    """Whether it asks for or changes what a host's own network has, so that hosts on loopback addresses cannot play it."""
    calls = r"^sysctl |\b(counters|sysctl|(set_)?interfaces?|((add|delete)_)?(routes?|neighbours?))\("
    return re.search(calls, experiment.read_text(), re.MULTILINE)


def arguments_of(options):
    """What of these options is for balcony's command line."""
    return ["--fleet", options.fleet] + [argument for pair in options.define for argument in ("-D", pair)]


def input_for(experiment):
    """What a person would type for this experiment: the file NAME.input beside this one, or nothing."""
    typed = pathlib.Path(__file__).with_name(f"{pathlib.Path(experiment).stem}.input")
    return typed.read_text() if typed.exists() else ""
