"""What befalls a task, or the controller's container, in the middle of a run: exit 3, told, no step passed that nobody
saw, nothing left. Swarm starts another task in the place of one that died: to the run that is another host.

By hand: python3 swarm_faults.py --runs 50
"""

import re
import sys
import time

import swarms
from faults import VICTIMS, end
from projects import LABS, docker
from swarms import ON_SWARM
from transcript import Transcript

LOST = "the agent of juliet is lost"


def begin(house, lab):
    """A run that has come where it is to be met."""
    controller = house.start("run", LABS / f"{lab}.balcony", *ON_SWARM, stdin=-1)
    transcript = Transcript(controller)
    return controller, transcript, transcript.wait_for(*VICTIMS[lab])


def kill(house, controller):
    docker("kill", house.task(house.stack_of(controller), "juliet"))


def pause(house, controller):
    docker("pause", house.task(house.stack_of(controller), "juliet"))


def scale(house, controller):
    docker("service", "scale", "--detach", f"{house.stack_of(controller)}_juliet=0")


def kill_controller(house, controller):
    docker("kill", house.controller_of(controller))


def remove_controller(house, controller):
    docker("rm", "--force", house.controller_of(controller))


def befall(house, fault, lab, *wanted):
    controller, transcript, reached = begin(house, lab)
    if not reached:
        yield f"{lab}: it did not come to its point: {end(controller, transcript, swarms.GONE_SECONDS)}"
        return
    fault(house, controller)
    done = time.monotonic()
    code, text = end(controller, transcript, swarms.GONE_SECONDS)
    if code != 3 or not all(words in text for words in wanted):
        yield f"{lab}: wanted exit 3 and {wanted}, got {code}: {text}"
    # One may have been on its way.
    late = [line for when, line in transcript.lines if when > done and re.search(r"=> blocks\b[^#]*$", line)]
    if len(late) > 1:
        yield f"{lab}: steps passed after it: {late}"


def test_of(fault, labs, *wanted):
    def test(house, options):
        for _ in range(options.runs):
            for lab in labs:
                yield from befall(house, fault, lab, *wanted)

    return test


if __name__ == "__main__":
    tests = {
        "kill": test_of(kill, ("typing", "watching"), LOST),
        "pause": test_of(pause, ("waiting", "typing"), LOST, "it stopped answering"),
        "scale": test_of(scale, ("watching",), LOST),
        "kill_controller": test_of(kill_controller, ("typing",), "controller's container was killed by signal 9"),
        "remove_controller": test_of(remove_controller, ("waiting",), "controller's container"),
    }
    sys.exit(swarms.run_tests(__doc__, tests))
