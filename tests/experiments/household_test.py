"""The tests' own test: a program that leaves things behind is caught, and one that does not is not."""

import os
import pathlib
import shutil
import sys
import tempfile

from household import SKIPPED, Household, descendants

TIDY = "echo '# passed'"
UNTIDY = {
    "a process": ("setsid sleep 60 >/dev/null 2>&1 &", "(sleep,"),
    "a process that nobody waits for": ("(setsid sh -c 'sleep 60 & exec sleep 61' >/dev/null 2>&1 &)", "(sleep,"),
    "a file": ("touch balcony.sock", "file balcony.sock"),
    "a file in TMPDIR": ("mktemp -d >/dev/null", "file tmp."),
}
NEEDS_ROOT = {
    "a network namespace": (
        'mkfifo ready; unshare --net sh -c "echo > ready; exec sleep 60" >/dev/null 2>&1 & '
        "while ! [ -p ready ]; do :; done; read line < ready; rm ready",
        "is in a network namespace of the run",
    ),
}


def left_by(script):
    """What a program with this script leaves, and whether it passed."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "balcony")
        program.write_text(f"#!/bin/sh\n{script}\n{TIDY}\n")
        program.chmod(0o755)
        with Household(program) as house:
            assert house.run().passed()
            house.remember_namespaces()
            left = house.left(patience=0.3)
            for process in descendants():
                process.kill()
            shutil.rmtree(house.home)
            house.home.mkdir()
            assert not house.left()
            return "\n".join(left)


def main():
    assert left_by("") == "", left_by("")
    root = os.geteuid() == 0
    for what, (script, words) in {**UNTIDY, **(NEEDS_ROOT if root else {})}.items():
        left = left_by(script)
        assert words in left, f"{what} was not seen; seen was: {left}"
    print("whatever was left was seen")
    if root:
        return 0
    print(f"skipped: {', '.join(NEEDS_ROOT)}: only the superuser can leave that")
    return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
