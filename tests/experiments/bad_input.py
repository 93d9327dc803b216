"""Whatever is wrong with a file, a command line or a machine: a clear message, the right exit code, nothing left.

Exit codes: 1 an expectation failed, 2 the file or command line is wrong, 3 could not run.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from household import SKIPPED, Household, read_options
from wrong_cases import CASES as WRONG_CASES
from wrong_machines import AS_NOBODY
from wrong_machines import CASES as WRONG_MACHINES

CASES = WRONG_CASES + WRONG_MACHINES


def complaints(house, case):
    """Plays one case; gives what is wrong with what came of it."""
    folder = house.folder / "case"
    folder.mkdir()
    folder.chmod(0o755)
    file = folder / case.file
    if case.script is not None:
        file.write_bytes(case.script.encode() if isinstance(case.script, str) else case.script)
    arguments = [argument.replace("{file}", str(file)) for argument in case.arguments]
    outcome = house.run(*arguments, given=case.given, prefix=case.prefix)
    shutil.rmtree(folder)
    wrong = [f"exit {outcome.code}, not {case.code}"] if outcome.code != case.code else []
    wrong += [f"no {word}" for word in case.words if not re.search(word, outcome.text)]
    wrong += [f"left behind: {what}" for what in house.left()]
    return wrong and [f"{case.name}: {'; '.join(wrong)}\n{outcome.text[:1500]}"]


def open_to_all(balcony, folder):
    """Copies the programs to where nobody may enter too; the tree itself may be in its owner's own folder."""
    folder = pathlib.Path(folder)
    folder.chmod(0o755)
    for program in (pathlib.Path(balcony), pathlib.Path(balcony).with_name("balcony-agent")):
        shutil.copy2(program, folder / program.name)
    return str(folder / pathlib.Path(balcony).name)


def why_skipped(house, case):
    """Why a case cannot be arranged on this machine; nothing if it can."""
    if case.needs_root and os.geteuid() != 0:
        return "the superuser alone can arrange that"
    if case.needs_user_namespaces and subprocess.run((*AS_NOBODY, "unshare", "--user", "true")).returncode != 0:
        return "user namespaces are forbidden here"
    return house.why_no_hosts() if case.needs_hosts else None


def main():
    options = read_options(__doc__)
    found, skipped = [], []
    with tempfile.TemporaryDirectory() as programs, Household(open_to_all(options.balcony, programs)) as house:
        house.folder.chmod(0o755)
        for case in CASES:
            if why := why_skipped(house, case):
                skipped.append(f"skipped: {case.name}: {why}")
            else:
                found += complaints(house, case)
    print(f"{len(CASES)} cases, {len(skipped)} skipped, {len(found)} complaints")
    print("\n".join(skipped + found))
    return 1 if found else SKIPPED if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
