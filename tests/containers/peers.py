"""compose/peers/: a course's own programs as peers. Both labs pass, the failure of a peer that is not there is the
kernel's answer, and nothing is left."""

import os
import shutil
import sys

import projects
import tutorials
from projects import command, run_tests
from tutorials import NET, Tutorial, in_order

PEERS = tutorials.FOLDER / "peers"
IMAGE = f"balcony-test-peers-{os.getpid()}"
AGENT = f"balcony-test-peers-agent-{os.getpid()}"
LABS = ("python-server.md", "python-client.md")


def course(house):
    """The folder as it is, with the labs' addresses on this test's network."""
    folder = house.folder_for("peers")
    shutil.copytree(PEERS, folder, dirs_exist_ok=True)
    for name in LABS:
        lab = folder / name
        lab.write_text(lab.read_text().replace("10.20.0.", f"{NET}."))
    return folder


def tutorial_in(house, folder):
    variables = {"PEERS_IMAGE": IMAGE, "BASE": projects.debian_image(), "BALCONY_AGENT_IMAGE": AGENT}
    return Tutorial(house, name="peers", folder=folder, **variables)


def play(tutorial, lab):
    return tutorial.balcony("run", tutorial.folder / lab, "--fleet", f"compose:{tutorial.folder / 'compose.yaml'}")


def nothing_is_wrong(house, options):
    outcome = house.run("check", *(PEERS / name for name in LABS))
    if outcome.code != 0 or outcome.text.count("nothing wrong") != 2:
        yield str(outcome)


def while_down(house, options):
    with tutorial_in(house, course(house)) as tutorial:
        tutorial.compose("build")
        for lab in LABS:
            outcome = play(tutorial, lab)
            if not outcome.passed():
                yield f"{lab}: {outcome}"
        yield from (f"it left {what}" for what in house.left())


def while_up(house, options):
    with tutorial_in(house, course(house)) as tutorial:
        tutorial.compose("up", "-d", "--build")
        for lab in (*LABS, *LABS):
            outcome = play(tutorial, lab)
            if not outcome.passed():
                yield f"{lab}: {outcome}"
        log = tutorial.log("python-server")
        missing = in_order(log, "connection from ", "b'This is our mess'", "b'6 at a time'", "closed")
        if missing:
            yield f"the server's log lacks {missing}: {log}"
        if "received b'Is anybody there?' as it was sent" not in tutorial.log("python-client"):
            yield f"the client says {tutorial.log('python-client')}"
        tutorial.compose("down", "-v")
        yield from (f"after down -v there is {what}" for what in house.in_engine())


def not_there(house, options):
    """Its container is up, and the program in it does something else."""
    folder = course(house)
    file = folder / "compose.yaml"
    text = file.read_text()
    file.write_text(text.replace("[/course/echo_server.py]", '["-c", "import signal; signal.pause()"]'))
    if file.read_text() == text:
        yield "the server is there, and nothing is tested"
    with tutorial_in(house, folder) as tutorial:
        tutorial.compose("build")
        outcome = play(tutorial, "python-server.md")
        if outcome.code != 1 or "client> sock.connect(python-server:10000)  => ECONNREFUSED" not in outcome.out:
            yield str(outcome)


def main():
    lacking = tutorials.why_not() or (None if projects.DEBIAN.exists() else f"there is no {projects.DEBIAN}")
    if lacking:
        print(f"skipped: {lacking}")
        return projects.SKIPPED
    tests = [nothing_is_wrong, while_down, while_up, not_there]
    build = ["docker", "build", "--quiet", "--file", "compose/Dockerfile", "--target", "agent", "--tag", AGENT, "."]
    if projects.why_not() is None:
        command(*build, folder=projects.ROOT)
    try:
        return run_tests(__doc__, {test.__name__: test for test in tests})
    finally:
        command("docker", "image", "rm", "--force", IMAGE, AGENT, check=False)


if __name__ == "__main__":
    sys.exit(main())
