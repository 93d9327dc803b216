"""Each expectation of an experiment, made wrong: the run must fail, every time, and name the line.

For every `=> PATTERN` each part of it is made wrong in turn (a number one more, another errno, another text, host, port
or state, a value in the place of `eof` and `blocks`), and a step without `=>` is given an expectation that it cannot
meet. A changed file must end in exit 1, or 2 where `check` already knows that it cannot be, with the changed step's
line in the message. A wrong condition of a `while` ends the loop, or does not end it; then some step must fail,
whichever it is.
"""

import concurrent.futures
import os
import re
import sys

from household import Household, all_experiments, arguments_of, input_for, read_options
from mutations import mutants


def complaint(house, experiment, defined, number, mutant):
    """Runs one changed experiment; gives what is wrong with how that went, or nothing."""
    folder = house.folder / experiment.parent.name / f"{experiment.name}-{number}"
    folder.mkdir(parents=True)
    changed = folder / experiment.name
    changed.write_text(mutant.text)
    outcome = house.run("run", changed, *defined, given=input_for(experiment))
    # A run fails at the step; what no run is needed for is found where it stands.
    line = r"\d+" if mutant.is_condition else f"({mutant.line}|{mutant.expectation_line})"
    allowed = (1, 2, 3) if mutant.is_condition else (1, 2)
    if outcome.code in allowed and re.search(rf"{re.escape(experiment.name)}:{line}:\d+", outcome.text):
        return None
    return f"{experiment}:{mutant.line}: {mutant.what}\nwanted exit 1 or 2 and the line {line}, got {outcome}"


def try_all(house, experiment, defined, jobs):
    """Tries every mutant of one experiment; gives how many there were, and the complaints."""
    text = experiment.read_text()
    untouched = house.run("run", experiment, *defined, given=input_for(experiment))
    if not untouched.passed():
        return 0, [f"{experiment} does not pass as it stands: {untouched}"]
    made, left_out = mutants(experiment.name, text)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        tried = pool.map(lambda pair: complaint(house, experiment, defined, *pair), enumerate(made))
        complaints = [found for found in tried if found]
    print(
        f"{experiment.parent.name}/{experiment.name}: "
        f"{len(made)} wrong expectations, {len(made) - len(complaints)} found"
    )
    for reason in left_out:
        print(f"    left out line {reason}")
    return len(made), complaints


def main():
    options = read_options(__doc__, files=True)
    total, complaints = 0, []
    with Household(options.balcony) as house:
        for experiment in options.files or all_experiments():
            count, found = try_all(house, experiment.resolve(), arguments_of(options), os.cpu_count() or 2)
            total += count
            complaints += found
        complaints += [f"left behind: {what}" for what in house.left()]
    print(f"{total} wrong expectations tried, {len(complaints)} complaints")
    print("\n".join(complaints))
    return 1 if complaints or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
