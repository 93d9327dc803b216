"""Every experiment passes in containers, few hosts and many, also two at once, and nothing is left."""

import sys

from projects import EXPERIMENTS, input_for, run_tests

MANY = EXPERIMENTS / "sim-network/many-clients.md"
BOTH = EXPERIMENTS / "romeo-and-juliet/tcp.md"


def plays(house, experiment, *more):
    outcome = house.run("run", experiment, "--fleet", "compose", *more, given=input_for(experiment))
    if not outcome.passed():
        yield f"{experiment.name} {' '.join(more)}: {outcome}"
    yield from (f"{experiment.name} left {what}" for what in house.left())


def experiments(house, options):
    for experiment in sorted(EXPERIMENTS.rglob("*.md")):
        if "```balcony" in experiment.read_text():
            yield from plays(house, experiment)


def some(house, options):
    for name in ("romeo-and-juliet/tcp.md", "echo/udp.md", "chat/chat.md", "accept-loop/one-after-another.md"):
        yield from plays(house, EXPERIMENTS / name)


def one(house, options):
    yield from plays(house, MANY, "-D", "clients=1")


def twenty(house, options):
    yield from plays(house, MANY, "-D", "clients=20")


def side_by_side(house, options):
    """The same addresses are wanted twice at the same time: one of the two gets others."""
    runs = [house.start("run", BOTH, "--fleet", "compose") for _ in range(2)]
    for run in runs:
        out, err = run.communicate(timeout=120)
        if run.returncode != 0 or "# passed" not in out:
            yield f"exit {run.returncode}: {out}{err}"


if __name__ == "__main__":
    tests = [side_by_side, some, one, twenty, experiments]
    sys.exit(run_tests(__doc__, {test.__name__: test for test in tests}))
