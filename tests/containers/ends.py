"""The controller is killed, or interrupted, while its project comes up, in mid-run, and while it goes down: nothing of it
is left a little later. By hand: python3 ends.py --runs 50
"""

import os
import signal
import subprocess
import sys

from projects import LABS, MOMENT_SECONDS, Events, docker, run_tests
from transcript import Transcript, killed_in_mid_run

ON_COMPOSE = ("--fleet", "compose")


def of(controller):
    """Whether an event is of the run's own project."""
    return lambda attributes: attributes["name"].startswith(f"balcony-{controller.pid}-")


def kill(house, controller):
    controller.kill()
    controller.communicate()


def at_event(kind, action, number=1):
    """A test that kills when the engine has told so many of these."""

    def test(house, options):
        for _ in range(options.runs):
            with Events(f"type={kind}") as events:
                controller = house.start("run", LABS / "short.balcony", *ON_COMPOSE)
                own = of(controller)
                wanted = lambda k, a, attributes: (k, a.split(":")[0]) == (kind, action) and own(attributes)  # noqa: E731
                seen = [events.wait(wanted) for _ in range(number)]
                kill(house, controller)
            if None in seen:
                yield f"the engine told no {kind} {action}: nothing was tested"
            yield from (f"left {what}" for what in house.left())

    return test


def interrupted(house, options):
    """As a terminal does it: all processes of the foreground get the signal."""
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        controller = house.start("run", LABS / "waiting.balcony", *ON_COMPOSE, prefix=["setsid"])
        transcript = Transcript(controller)
        if not transcript.wait_for("juliet> door.listen()", 1):
            yield f"it did not come so far: {transcript.text()}"
        os.killpg(controller.pid, how)
        try:
            code = controller.wait(MOMENT_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
            controller.kill()
        text = transcript.text()
        if code != -how or f"interrupted by {how.name}" not in text or "# not run" not in text:
            yield f"{how.name}: exit {code}, {text}{controller.stderr.read()}"
        yield from (f"{how.name}: left {what}" for what in house.left())


def interrupted_before(house, options):
    """Ctrl-C while the project comes up."""
    with Events("type=container") as events:
        controller = house.start("run", LABS / "waiting.balcony", *ON_COMPOSE, prefix=["setsid"])
        own = of(controller)
        events.wait(lambda kind, action, attributes: action == "create" and own(attributes))
        os.killpg(controller.pid, signal.SIGINT)
        out, err = controller.communicate(timeout=MOMENT_SECONDS)
    if controller.returncode != -signal.SIGINT:
        yield f"exit {controller.returncode}: {out}{err}"


def network_in_use(house, options):
    """A container of somebody else's has joined the run's network, which can not be removed then: that is told."""
    stranger = f"balcony-test-stranger-{os.getpid()}"
    controller = house.start("run", LABS / "waiting.balcony", *ON_COMPOSE)
    transcript = Transcript(controller)
    transcript.wait_for("juliet> door.listen()", 1)
    (network,) = (what.removeprefix("network ") for what in house.in_engine() if what.startswith("network "))
    docker("run", "--detach", "--name", stranger, "--network", network, "balcony-agent")
    controller.send_signal(signal.SIGINT)
    controller.wait(MOMENT_SECONDS)
    said = controller.stderr.read()
    if f"this is left of it: network {network}" not in said:
        yield f"it says {said}{transcript.text()}"
    if (left := house.in_engine()) != [f"network {network}"]:
        yield f"there is still {left}"
    docker("rm", "--force", stranger)
    docker("network", "rm", network)


if __name__ == "__main__":
    tests = {
        "network_made": at_event("network", "create"),
        "container_made": at_event("container", "create"),
        "containers_started": at_event("container", "start", 2),
        "agent_joined": at_event("container", "exec_start"),
        "in_mid_run": killed_in_mid_run(*ON_COMPOSE),
        "container_ended": at_event("container", "die"),
        "container_removed": at_event("container", "destroy"),
        "interrupted": interrupted,
        "interrupted_before": interrupted_before,
        "network_in_use": network_in_use,
    }
    sys.exit(run_tests(__doc__, tests, runs=1))
