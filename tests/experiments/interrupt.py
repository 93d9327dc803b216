"""A run that is interrupted says so, where it was, what the sockets were doing, writes its report, and dies by the signal."""

import json
import os
import pathlib
import signal
import sys

from household import Household, read_options

LABS = pathlib.Path(__file__).parent / "victims"
# Each lab with the line of its transcript after which it waits, and the call that it then waits in.
VICTIMS = {
    "waiting.balcony": ("juliet> door.listen()", "conn, _ = door.accept()"),
    "typing.balcony": ("romeo> sock = socket(udp)", 'message = input("romeo> ")'),
}
END_SECONDS = 10.0


def complaints_about(house, lab, how):
    after, waits_in = VICTIMS[lab]
    folder = house.folder / "report"
    typed, typing = os.pipe()  # by a person who types nothing
    controller = house.start("run", LABS / lab, "--report", folder, stdin=typed)
    os.close(typed)
    for line in controller.stdout:
        if line.startswith(after):
            break
    controller.send_signal(how)
    out, err = controller.communicate(timeout=END_SECONDS)
    os.close(typing)
    if controller.returncode != -how:
        yield f"it ended with {controller.returncode}: {err}"
    for wanted in (f"interrupted by {how.name}", waits_in, "# not run"):
        if wanted not in out:
            yield f"it does not say {wanted!r} but {out}"
    if lab == "waiting.balcony" and "LISTEN" not in out:
        yield f"it does not say what the sockets were doing, but {out}"
    told = json.loads((folder / "report.json").read_text())["files"][0]
    if told["verdict"] != "VERDICT_NOT_RUN" or waits_in not in told["message"] + str(told["steps"][-1]):
        yield f"the report has {told}"


def main():
    options = read_options(__doc__)
    complaints = []
    with Household(options.balcony) as house:
        for lab in VICTIMS:
            for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                complaints += [f"{lab}, {how.name}: {what}" for what in complaints_about(house, lab, how)]
                complaints += [f"{lab}, {how.name}, left {what}" for what in house.left()]
    print("\n".join(complaints) or "as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
