"""Many runs of each experiment on a loaded machine: no failure, and nothing left.

many_runs.py --runs 200                  # every experiment, 200 times each
"""

import sys
import time

from household import Household, all_experiments, busy_loops, arguments_of, input_for, read_options

BUSY_LOOPS = 2


def failures(house, experiment, defined, runs):
    """Runs one experiment so many times; gives the outcomes that were no passes, and what is left of them."""
    given = input_for(experiment)
    started = time.monotonic()
    with busy_loops(BUSY_LOOPS):
        outcomes = [house.run("run", experiment, *defined, given=given) for _ in range(runs)]
    each = (time.monotonic() - started) / runs
    bad = [str(outcome) for outcome in outcomes if not outcome.passed()]
    bad += [f"left behind: {what}" for what in house.left()]
    print(
        f"{experiment.parent.name}/{experiment.name}: {runs} runs, {len(bad)} failures, {each:.3f} s a run", flush=True
    )
    return [f"{experiment}: {outcome}" for outcome in bad]


def main():
    options = read_options(__doc__, runs=3, files=True)
    complaints = []
    with Household(options.balcony) as house:
        for experiment in options.files or all_experiments():
            complaints += failures(house, experiment.resolve(), arguments_of(options), options.runs)
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
