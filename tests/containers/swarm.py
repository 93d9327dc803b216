"""Experiments in a swarm: what passes, fails, is wrong or skipped there does as on the local fleet, and nothing is left."""

import json
import os
import pty
import sys

import swarms
from projects import EXPERIMENTS, LABS, input_for
from swarms import ON_SWARM

CHAT = EXPERIMENTS / "chat/chat.md"
TWO = "host romeo\nhost juliet\n"
FAILING = TWO + "romeo> sock = socket(tcp)\nromeo> sock.bind(romeo:4000)\nromeo> sock.state() => LISTEN\n"
BROKEN = TWO + "romeo> sock.bind(romeo:4000)\n"
WIRE = TWO + "needs wire\nromeo> sock = socket(tcp)\n"
GREETING = """\
set greeting = "Hello"
host romeo
host juliet[1..2]
juliet[*]> sock = socket(udp)
juliet[*]> sock.bind(self:4000)
romeo>     sock = socket(udp)
romeo>     sock.sendto(greeting, juliet[2]:4000)
juliet[2]> sock.recvfrom(64) => "Good morrow", romeo:*
"""


ASKING = 'host romeo\nromeo> name = input("your name? ")\nromeo> input("your town? ") => "Verona"\n'


def report_in(folder):
    return json.loads((folder / "report.json").read_text())


def verdicts(report):
    return {file["file"]: file["verdict"] for file in report["files"]}


def experiments(house, options):
    """All of them in one command, folders and files; the chat's lines are typed through it."""
    files = [LABS / "short.balcony", *sorted(path for path in EXPERIMENTS.iterdir() if path.is_dir())]
    outcome = house.run("run", *files, *ON_SWARM, "--report", "out", given=input_for(CHAT))
    report = report_in(house.home / "out")
    house.run("run", *files, "--report", "local", given=input_for(CHAT))
    local = report_in(house.home / "local")
    if outcome.code != 0:
        yield str(outcome)
    if list(verdicts(report)) != list(verdicts(local)):
        yield f"it played {list(verdicts(report))}, and locally {list(verdicts(local))}"
    steps = {file["file"]: len(file.get("steps", [])) for file in local["files"]}
    passed = 0
    for file in report["files"]:
        if file["verdict"] == "VERDICT_SKIPPED":
            if "needs" not in file.get("message", ""):
                yield f"skipped for nothing: {file}"
        elif (file["verdict"], file.get("fleet")) != ("VERDICT_PASSED", "swarm"):
            yield f"{file['file']}: {file['verdict']}, {file.get('message')}"
        elif len(file["steps"]) != steps[file["file"]]:
            yield f"{file['file']}: {len(file['steps'])} steps, and locally {steps[file['file']]}"
        else:
            passed += 1
    print(f"  {passed} passed, {len(report['files']) - passed} skipped")
    if passed < len(steps) / 2:
        yield f"only {passed} were played"
    house.tidy()


def from_standard_input(house, options):
    """A parameter and a report with its whole path."""
    folder = house.home / "deep/down"
    outcome = house.run("run", "-", *ON_SWARM, "-D", "greeting=Good morrow", "--report", folder, given=GREETING)
    if not outcome.passed() or verdicts(report_in(folder)) != {"-": "VERDICT_PASSED"}:
        yield str(outcome)
    house.tidy()


def same_as_local(house, options, name, files):
    for file, text in files.items():
        (house.home / file).write_text(text)
    local = house.run("run", *files, "--report", "local")
    outcome = house.run("run", *files, *ON_SWARM, "--report", "out")
    if outcome.code != local.code:
        yield f"{name}: exit {local.code} on the local fleet, and here {outcome}"
    elif local.err and local.err != outcome.err:
        yield f"{name}: locally it says {local.err}, and here {outcome}"
    there, here = (verdicts(report_in(house.home / folder)) for folder in ("local", "out"))
    if there != here:
        yield f"{name}: locally {there}, and here {here}"
    house.tidy()


def exit_codes(house, options):
    short = (LABS / "short.balcony").read_text()
    yield from same_as_local(house, options, "failing", {"failing.balcony": FAILING, "short.balcony": short})
    yield from same_as_local(house, options, "broken", {"broken.balcony": BROKEN})
    yield from same_as_local(house, options, "broken beside", {"short.balcony": short, "broken.balcony": BROKEN})


def skipped(house, options):
    """There is a wire on the local fleet alone; a file that is skipped by itself is no success."""
    outcome = house.run("run", "-", *ON_SWARM, "--report", "out", given=WIRE)
    if outcome.code != 3 or verdicts(report_in(house.home / "out")) != {"-": "VERDICT_SKIPPED"}:
        yield str(outcome)
    house.tidy()


def outside(house, options):
    """Nobody outside is in a stack that is made for the run."""
    lab = "host romeo\nhost web external 10.99.0.9\nromeo> sock = socket(tcp)\n"
    outcome = house.run("run", "-", *ON_SWARM, given=lab)
    if outcome.code != 3 or "web is external" not in outcome.err:
        yield str(outcome)


def relative(house, options):
    """A file and a report beside the folder that the run is in."""
    (house.folder / "beside.balcony").write_text((LABS / "short.balcony").read_text())
    outcome = house.run("run", "../beside.balcony", *ON_SWARM, "--report", "../beside")
    if not outcome.passed() or verdicts(report_in(house.folder / "beside")) != {"../beside.balcony": "VERDICT_PASSED"}:
        yield str(outcome)


def no_report(house, options):
    """It is told before anything is brought up."""
    outcome = house.run("run", LABS / "short.balcony", *ON_SWARM, "--report", "/proc/nowhere")
    if outcome.code != 3 or "cannot be written" not in outcome.err or outcome.out:
        yield str(outcome)


def typed_at_a_terminal(house, options):
    """A person is asked there as they are by the local fleet."""
    (house.home / "asking.balcony").write_text(ASKING)
    asked = []
    for fleet in ((), ON_SWARM):
        terminal, end = pty.openpty()
        os.write(terminal, b"Romeo\nVerona\n")
        run = house.start("run", "asking.balcony", *fleet, stdin=end)
        out, err = run.communicate(timeout=swarms.LIMIT_SECONDS)
        os.close(terminal)
        os.close(end)
        asked.append([line for line in out.splitlines() if not line.startswith("#")])
        if run.returncode != 0 or "your town? " not in out:
            yield f"exit {run.returncode}: {out}{err}"
    if asked[0] != asked[1]:
        yield f"locally {asked[0]}, and here {asked[1]}"
    house.tidy()


def side_by_side(house, options):
    runs = [house.start("run", EXPERIMENTS / "echo/tcp.md", *ON_SWARM) for _ in range(2)]
    for run in runs:
        out, err = run.communicate(timeout=swarms.LIMIT_SECONDS)
        if run.returncode != 0 or "# passed" not in out:
            yield f"exit {run.returncode}: {out}{err}"


if __name__ == "__main__":
    tests = [experiments, from_standard_input, typed_at_a_terminal, exit_codes, skipped, outside, relative, no_report]
    tests += [side_by_side]
    sys.exit(swarms.run_tests(__doc__, {test.__name__: test for test in tests}))
