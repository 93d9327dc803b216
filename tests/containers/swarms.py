"""Runs of the balcony program in a swarm, and a look at what they left in it.

Where the engine is in no swarm, the test makes one of this node alone, and leaves it at its end.
"""

import contextlib
import os

import projects
from projects import LIMIT_SECONDS, SKIPPED, Composes, command, docker, read_options, try_all

STACK = "com.docker.stack.namespace"
ON_SWARM = ("--fleet", "swarm")
GONE_SECONDS = 180  # by when a stack is gone, on a loaded machine


class Swarms(Composes):
    """A household whose runs are in a swarm; it knows their stacks."""

    limit = LIMIT_SECONDS  # the patience that stacks take

    def __init__(self, balcony):
        super().__init__(balcony)
        self.environment = {}

    def stack_of(self, controller):
        """The stack of a run that is under way, once there is one."""
        for name in docker("stack", "ls", "--format", "{{.Name}}").splitlines():
            if name.startswith(f"balcony-{controller.pid}-"):
                return name
        return None

    def task(self, stack, service, slot=1):
        """The name of the container of a running task."""
        labels = [f"label={STACK}={stack}", f"name={stack}_{service}.{slot}."]
        words = [word for label in labels for word in ("--filter", label)]
        return docker("ps", *words, "--format", "{{.Names}}").split("\n")[0]

    def controller_of(self, controller):
        """The name of the container with a run's controller."""
        # A loaded engine may take a moment to count it among those that run.
        return docker("ps", "--all", "--filter", f"name=balcony-{controller.pid}-", "--filter", "label=balcony.controller",
                      "--format", "{{.Names}}")

    def name_for_stack(self):
        """A name for a stack of a user's own."""
        self.number += 1
        name = f"mine-{os.getpid()}-{self.number}"
        self.projects.add(name)
        return name

    def remove(self, stack):
        """As a user does it, and again: a stack may leave a network behind."""
        docker("stack", "rm", stack)
        while rest := docker("network", "ls", "--quiet", "--filter", f"label={STACK}={stack}"):
            command("docker", "network", "rm", *rest.split(), check=False)

    def tidy(self):
        """Removes what the test itself has put into the folder that runs are in."""
        for path in sorted(self.home.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def in_engine(self):
        """Stacks, networks, secrets and containers of ours."""
        found = []
        for kind, words, form in (
            ("service", ["service", "ls"], "{{.Name}}"),
            ("network", ["network", "ls"], "{{.Name}}"),
            ("secret", ["secret", "ls"], "{{.Name}}"),
            ("container", ["ps", "--all"], "{{.Names}}"),
        ):
            names = docker(*words, "--format", form).splitlines()
            found += [f"{kind} {name}" for name in names if self.is_own(name.split("_")[0])]
        return found

    def left(self, patience=GONE_SECONDS):
        return super().left(patience)


def why_no_image():
    """Why a swarm cannot be tested here although containers can; nothing where it can."""
    for variable, usual in (("BALCONY_IMAGE", "balcony"), ("BALCONY_AGENT_IMAGE", "balcony-agent")):
        image = os.environ.get(variable) or usual
        if command("docker", "image", "inspect", image, check=False).code != 0:
            return f"there is no image {image}; ./dev images makes it"
    return None


@contextlib.contextmanager
def swarm():
    """A swarm that this engine manages: the one that is there, or one for as long as it is needed."""
    if docker("info", "--format", "{{.Swarm.LocalNodeState}}") == "active":
        yield
        return
    docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    try:
        yield
    finally:
        docker("swarm", "leave", "--force")


def run_tests(description, tests, **more):
    """As that of projects, in a swarm."""
    options = read_options(description, compose=False, runs=1, choices=tests, **more)
    lacking = projects.why_not() or why_no_image()
    if lacking:
        print(f"skipped: {lacking}")
        return SKIPPED
    with swarm(), Swarms(options.balcony) as house:
        return try_all(house, tests, options)
