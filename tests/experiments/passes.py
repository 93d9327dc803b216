"""Runs experiments once each: exit 0, `passed`, and nothing left. On loopback addresses, one that needs networks of its
own: exit 3, and why."""

import sys

from household import (
    Household,
    all_experiments,
    arguments_of,
    input_for,
    is_of_own_networks,
    read_options,
)


def main():
    options = read_options(__doc__, files=True)
    complaints = []
    with Household(options.balcony) as house:
        for experiment in options.files or all_experiments():
            shared = options.fleet == "loopback"
            must_not = shared and is_of_own_networks(experiment)
            outcome = house.run("run", experiment.resolve(), *arguments_of(options), given=input_for(experiment))
            print(outcome.out)
            why = "of their own" in outcome.out or "# skipped: needs" in outcome.out
            as_it_must = outcome.code == 3 and why if must_not else outcome.passed()
            complaints += [] if as_it_must else [f"{experiment}: {outcome}"]
            complaints += [f"{experiment} left behind: {what}" for what in house.left()]
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
