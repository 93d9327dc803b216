"""Runs of the balcony program in containers, and a look at what they left in the engine.

Only what belongs to this test's own projects is looked at, for others may use the engine at the same time.
"""

import argparse
import contextlib
import functools
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LABS = HERE / "labs"
sys.path.insert(0, str(ROOT / "tests/experiments"))

import household  # noqa: E402
from household import EXPERIMENTS, SKIPPED, Household, Outcome, input_for  # noqa: E402, F401

PLUGINS = ROOT / "build/docker-cli"  # ./dev test puts them there
DEBIAN = ROOT / "build/containers/debian-python.tar"
PROJECT = "com.docker.compose.project"
LIMIT_SECONDS = 300
MOMENT_SECONDS = 60  # by when what was awaited has happened, on a loaded machine


def command(*words, given=None, environment=None, folder=None, check=True):
    """Runs a command to its end; gives what it wrote. One that fails ends the test, unless that is looked at."""
    done = subprocess.run(
        list(map(str, words)),
        input=given,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        env={**os.environ, **(environment or {})},
        cwd=folder,
    )
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    if check and outcome.code != 0:
        raise SystemExit(f"{' '.join(map(str, words))}: {outcome}")
    return outcome


def docker(*words, **options):
    return command("docker", *words, **options).out.strip()


class Events:
    """What the engine tells from now on."""

    def __init__(self, *filters):
        words = [word for filter in filters for word in ("--filter", filter)]
        form = "{{.Type}}\t{{.Action}}\t{{json .Actor.Attributes}}"
        since = f"{time.time():.3f}"  # told also if it happens before the stream is there
        self.process = subprocess.Popen(
            ["docker", "events", "--since", since, "--format", form, *words], stdout=subprocess.PIPE
        )
        self.text = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _line(self, give_up):
        while b"\n" not in self.text:
            if not select.select([self.process.stdout], [], [], max(0, give_up - time.monotonic()))[0]:
                return None
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                return None
            self.text += part
        line, self.text = self.text.split(b"\n", 1)
        return line.decode()

    def wait(self, wanted, patience=MOMENT_SECONDS):
        """The first event of which `wanted`, given its type, action and attributes, says so; or nothing."""
        give_up = time.monotonic() + patience
        while (line := self._line(give_up)) is not None:
            kind, action, attributes = line.split("\t", 2)
            if wanted(kind, action, json.loads(attributes)):
                return kind, action
        return None


class Composes(Household):
    """A household whose runs are in containers; it knows their projects."""

    def __init__(self, balcony):
        super().__init__(balcony)
        self.projects = set()  # those that tests name
        self.own = []  # "balcony-PID-": those that runs name
        self.number = 0

    def start(self, *arguments, **options):
        process = super().start(*arguments, **options)
        self.own.append(f"balcony-{process.pid}-")
        return process

    def is_own(self, project):
        return project in self.projects or project.startswith(tuple(self.own))

    def use(self, version):
        """Has runs use the Compose of this version, "v1" or "v2"."""
        self.version = version
        self.environment = dict(self._environment_for(version))

    def _environment_for(self, version):
        if version == "v2":
            return {"DOCKER_CONFIG": str(PLUGINS)} if (PLUGINS / "cli-plugins/docker-compose").exists() else {}
        if command("docker", "compose", "version", check=False).code != 0:
            return {}
        folder = self.folder / "without-plugins"  # an installed plugin would be taken first
        folder.mkdir(exist_ok=True)
        wrapper = folder / "docker"
        wrapper.write_text(f'#!/bin/sh\n[ "$1" != compose ] || exit 1\nexec {shutil.which("docker")} "$@"\n')
        wrapper.chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def folder_for(self, name):
        """A folder for a project of a user's own, whose name is the project's."""
        self.number += 1
        folder = self.folder / f"{name}-{os.getpid()}-{self.number}"
        folder.mkdir()
        self.projects.add(folder.name)
        return folder

    def project(self, name, text):
        """A user's own compose.yaml."""
        file = self.folder_for(name) / "compose.yaml"
        file.write_text(text)
        return file

    def compose(self, file, *words, check=True):
        """Runs Compose as a user would, in the file's folder."""
        words = (["docker", "compose"] if self.version == "v2" else ["docker-compose"]) + ["-f", file.name, *words]
        return command(*words, environment=self.environment, folder=file.parent, check=check)

    def containers(self, project, service=None):
        """The names of a project's containers; of one service, in the order of their numbers."""
        form = '{{.Label "com.docker.compose.container-number"}} {{.Names}}'
        labels = [f"label={PROJECT}={project}"] + ([f"label=com.docker.compose.service={service}"] if service else [])
        words = [word for label in labels for word in ("--filter", label)]
        lines = docker("ps", "--all", *words, "--format", form).splitlines()
        return [line.split()[1] for line in sorted(lines, key=lambda line: int(line.split()[0]))]

    def project_of(self, controller):
        """The project of a run that is under way, once there is one."""
        for line in docker("ps", "--all", "--format", f'{{{{.Label "{PROJECT}"}}}}').splitlines():
            if line.startswith(f"balcony-{controller.pid}-"):
                return line
        return None

    def in_engine(self):
        """Containers, networks and volumes of our projects."""
        label = f'{{{{.Label "{PROJECT}"}}}}'
        found = []
        for kind, words, name in (
            ("container", ["ps", "--all"], "{{.Names}}"),
            ("network", ["network", "ls"], "{{.Name}}"),
            ("volume", ["volume", "ls"], "{{.Name}}"),
        ):
            for line in docker(*words, "--filter", f"label={PROJECT}", "--format", f"{label}\t{name}").splitlines():
                project, its_name = line.split("\t")
                found += [f"{kind} {its_name}"] if self.is_own(project) else []
        return found

    def _left_now(self):
        # Processes and files first: whoever takes a project down is one.
        return super()._left_now() or self.in_engine()

    def left(self, patience=MOMENT_SECONDS):
        return super().left(patience)


def why_not():
    """Why containers cannot be tested here; nothing where they can."""
    if shutil.which("docker") is None:
        return "there is no docker here"
    engine = command("docker", "version", "--format", "{{.Server.Version}}", check=False)
    if engine.code != 0:
        return f"no container engine answers: {engine.err.strip()}"
    if command("docker", "image", "inspect", "balcony-agent", check=False).code != 0:
        return "there is no image balcony-agent; ./dev images makes it"
    return None


def why_no_compose(version):
    """Why this version of Compose cannot be tested here; nothing where it can."""
    if version == "v1":
        return None if shutil.which("docker-compose") else "there is no docker-compose (Debian's package of that name)"
    environment = {"DOCKER_CONFIG": str(PLUGINS)}
    there = command("docker", "compose", "version", environment=environment, check=False).code == 0
    return None if there else f"there is no Compose 2 in {PLUGINS}; ./dev test puts it there"


def debian_image():
    """An image with a shell, usual programs and a Python; made of what ./dev test has cached. Nothing if that is missing."""
    name = "balcony-test-debian-python"
    if command("docker", "image", "inspect", name, check=False).code != 0:
        if not DEBIAN.exists():
            return None
        docker("import", DEBIAN, name)
    return name


def read_options(description, *, runs=None, tasks=None, compose=True, choices=None):
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--balcony", default=ROOT / "build/dev/bin/balcony", help="the program under test")
    if compose:
        parser.add_argument("--compose", choices=["v1", "v2"], default="v1", help="docker-compose, or the plugin")
    if runs:
        parser.add_argument("--runs", type=int, default=runs, help="how often each")
    if tasks:
        parser.add_argument("--tasks", type=int, default=tasks, help="how many")
    if choices:
        parser.add_argument("only", nargs="*", help=f"of {', '.join(choices)}; all if none is named")
    return parser.parse_args()


def run_tests(description, tests, **more):
    """Runs `tests`, functions by name that yield complaints, each given a household and the options. What a test leaves
    is a complaint as well. Gives the program's exit code."""
    options = read_options(description, choices=tests, **more)
    lacking = why_not() or (why_no_compose(options.compose) if "compose" in options else None)
    if lacking:
        print(f"skipped: {lacking}")
        return SKIPPED
    with Composes(options.balcony) as house:
        house.use(options.compose if "compose" in options else "v1")
        return try_all(house, tests, options)


def try_all(house, tests, options):
    """As run_tests, with this household."""

    def trial(test):
        yield from test(house, options)
        yield from (f"left {what}" for what in house.left())
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(house.home)
        house.home.mkdir()

    return household.try_all({name: functools.partial(trial, tests[name]) for name in options.only or tests})
