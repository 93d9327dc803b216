"""kill -9 of the controller at a random moment, again and again: nothing may be left, whatever it was doing just then.

Every fourth run is ended as a person or a terminal does it, with SIGINT, SIGTERM or SIGHUP. The moments are spread over
everything that a run does: starting, making hosts, playing, waiting in a call, ending.
"""

import pathlib
import random
import signal
import sys
import time

from household import EXPERIMENTS, Household, read_options

HERE = pathlib.Path(__file__).parent
VICTIMS = [HERE / "victims/endless.balcony", HERE / "victims/waiting.balcony", EXPERIMENTS / "romeo-and-juliet/tcp.md"]
PATIENCE_SECONDS = 5.0
GENTLE = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def time_of_a_run(house):
    """How long a whole run takes on this machine, just now."""
    started = time.monotonic()
    house.run("run", VICTIMS[-1])
    return time.monotonic() - started


def kill_one(house, victim, moment, how):
    """Starts a run and sends its controller the signal `how` after `moment` seconds; gives what is left, and whether the
    run was cut short while it had hosts."""
    controller = house.start("run", victim)
    time.sleep(moment)
    house.remember_namespaces()
    had_hosts = bool(house.namespaces)
    controller.send_signal(how)
    controller.communicate()
    cut_short = had_hosts and controller.returncode == -how
    return house.left(PATIENCE_SECONDS), cut_short


def main():
    options = read_options(__doc__, runs=10, seed=True)
    chance = random.Random(options.seed)
    complaints = []
    slowest, number_cut_short = 0.0, 0
    with Household(options.balcony) as house:
        latest = 1.2 * time_of_a_run(house)
        for number in range(options.runs):
            victim, moment = VICTIMS[number % len(VICTIMS)], chance.uniform(0, latest)
            how = chance.choice(GENTLE) if number % 4 == 3 else signal.SIGKILL
            left, cut_short = kill_one(house, victim, moment, how)
            number_cut_short += cut_short
            complaints += [f"{victim.name}, {how.name} after {moment * 1000:.1f} ms, left {what}" for what in left]
            slowest = max(slowest, house.last_wait)
            if left:
                break  # what is left would be found again after each further run
    if number_cut_short == 0:
        complaints.append("not one run was killed while it had hosts: nothing was tested")
    print(
        f"{number + 1} controllers killed, {number_cut_short} of them with hosts; "
        f"all was gone {slowest * 1000:.0f} ms later at most"
    )
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
