"""A run in a swarm is interrupted, or its controller here is killed, while the stack comes up, in mid-run, and while it
goes down: nothing of it is left a little later. By hand: python3 swarm_ends.py --runs 50
"""

import os
import signal
import subprocess
import sys

import swarms
from projects import LABS, Events
from swarms import GONE_SECONDS, ON_SWARM
from transcript import Transcript, killed_in_mid_run


def killed_at(kind, action, name=""):
    """A test that kills when the engine has told of this, where the name has `name` in it."""

    def test(house, options):
        for _ in range(options.runs):
            with Events(f"type={kind}") as events:
                controller = house.start("run", LABS / "short.balcony", *ON_SWARM)
                start = f"balcony-{controller.pid}-"
                seen = events.wait(
                    lambda k, a, attributes: (k, a) == (kind, action)
                    and attributes.get("name", "").startswith(start)
                    and name in attributes["name"],
                    GONE_SECONDS,
                )
                controller.kill()
                controller.communicate()
            if seen is None:
                yield f"the engine told no {kind} {action}: nothing was tested"
            yield from (f"left {what}" for what in house.left())

    return test


def interrupted(house, options):
    """SIGINT as a terminal sends it, to all processes of the foreground; the others to the command alone."""
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        lab = "typing" if how == signal.SIGINT else "waiting"
        point = "juliet> sock = socket(udp)" if lab == "typing" else "juliet> door.listen()"
        words = ("run", LABS / f"{lab}.balcony", *ON_SWARM, "--report", "out")
        controller = house.start(*words, stdin=-1, prefix=["setsid"])
        transcript = Transcript(controller)
        if not transcript.wait_for(point, 1):
            yield f"it did not come so far: {transcript.text()}"
        (os.killpg if how == signal.SIGINT else os.kill)(controller.pid, how)
        try:
            code = controller.wait(GONE_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
            controller.kill()
        controller.stdin.close()
        text = transcript.text()
        if code != -how or "# not run" not in text or f"interrupted by {how.name}" not in text:
            yield f"{how.name}: exit {code}, {text}{controller.stderr.read()}"
        report = house.home / "out/report.json"
        if not report.exists() or "VERDICT_NOT_RUN" not in report.read_text():
            yield f"{how.name}: there is no report of it"
        house.tidy()
        yield from (f"{how.name}: left {what}" for what in house.left())


def interrupted_before(house, options):
    """Ctrl-C while the stack comes up."""
    with Events("type=network") as events:
        controller = house.start("run", LABS / "waiting.balcony", *ON_SWARM, prefix=["setsid"])
        start = f"balcony-{controller.pid}-"
        events.wait(lambda kind, action, attributes: attributes.get("name", "").startswith(start), GONE_SECONDS)
        os.killpg(controller.pid, signal.SIGINT)
        out, err = controller.communicate(timeout=GONE_SECONDS)
    if controller.returncode != -signal.SIGINT:
        yield f"exit {controller.returncode}: {out}{err}"


if __name__ == "__main__":
    tests = {
        "network_made": killed_at("network", "create"),
        "controller_made": killed_at("container", "create", "-controller"),
        "in_mid_run": killed_in_mid_run(*ON_SWARM),
        "controller_removed": killed_at("container", "destroy", "-controller"),
        "interrupted": interrupted,
        "interrupted_before": interrupted_before,
    }
    sys.exit(swarms.run_tests(__doc__, tests))
