"""Runs by ssh on testbeds of real sshd's: layouts play the same files, what goes wrong has a name, nothing is left.

By hand: python3 runs.py --runs 20 [NAME…]
"""

import argparse
import functools
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/experiments"), str(ROOT / "tests/containers")]

import copy_runs  # noqa: E402
import firewall_runs  # noqa: E402
import fleet_runs  # noqa: E402
import login_runs  # noqa: E402
import mid_run  # noqa: E402
import others  # noqa: E402
import whole_labs  # noqa: E402
from household import SKIPPED, try_all  # noqa: E402
from testbed import why_not  # noqa: E402

TESTS = {
    name: test
    for part in (whole_labs, login_runs, copy_runs, mid_run, firewall_runs, others, fleet_runs)
    for name, test in part.TESTS.items()
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--balcony", default=ROOT / "build/dev/bin/balcony", help="the program under test")
    parser.add_argument("--runs", type=int, default=1, help="how often each")
    parser.add_argument("only", nargs="*", help=f"of {', '.join(TESTS)}; all if none is named")
    options = parser.parse_args()
    if unknown := set(options.only) - set(TESTS):
        parser.error(f"no such test: {', '.join(unknown)}; there are {', '.join(TESTS)}")
    if lacking := why_not():
        print(f"skipped: {lacking}")
        return SKIPPED
    return try_all({name: functools.partial(TESTS[name], options) for name in options.only or TESTS})


if __name__ == "__main__":
    sys.exit(main())
