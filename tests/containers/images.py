"""The images: built by both builders, small, nobody's root, and they end when they are told to."""

import os
import shutil
import subprocess
import sys

from projects import PLUGINS, ROOT, Events, command, docker, run_tests

MOST_BYTES = 17_000_000
OURS = "build/made-by-dev-build"
BUILDERS = {
    "classic": {"DOCKER_BUILDKIT": "0"},
    "BuildKit": {"DOCKER_BUILDKIT": "1", "DOCKER_CONFIG": str(PLUGINS)},
}
LOCKED_UP = ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
ROOM = {  # for the socket
    "tmpfs": "--tmpfs=/run/balcony:uid=65532,gid=65532,mode=0700",
    "volume": "--volume=/run/balcony",
}


def build(folder, builder, target, tag):
    words = ["docker", "build", "--file", "compose/Dockerfile", "--target", target, "--tag", tag, "."]
    return command(*words, folder=folder, environment=BUILDERS[builder], check=False)


def built(house, options):
    for builder in BUILDERS:
        for target in ("agent", "balcony"):
            tag = f"balcony-test-{target}-{os.getpid()}"
            outcome = build(ROOT, builder, target, tag)
            if outcome.code != 0:
                yield f"{builder}, {target}: {outcome}"
                continue
            version = docker("run", "--rm", *LOCKED_UP, tag, "--version")
            if not version.startswith("balcony"):
                yield f"{builder}, {target}: its --version is {version}"
            docker("image", "rm", tag)


def without_programs(house, options):
    """In a checkout where nothing is built yet the message says what builds it."""
    tree = house.folder / "checkout"
    shutil.copytree(ROOT / "compose", tree / "compose")
    shutil.copytree(ROOT / "experiments", tree / "experiments")
    shutil.copy(ROOT / ".dockerignore", tree)
    for builder in BUILDERS:
        outcome = build(tree, builder, "agent", "balcony-test-never")
        if outcome.code == 0 or OURS not in outcome.text:
            yield f"{builder}: {outcome}"


def small(house, options):
    size = int(docker("image", "inspect", "--format", "{{.Size}}", "balcony-agent"))
    if size > MOST_BYTES:
        yield f"balcony-agent has {size} bytes, over {MOST_BYTES}"


def wait_until_it_listens(container):
    with subprocess.Popen(["docker", "logs", "--follow", container], stderr=subprocess.PIPE, text=True) as logs:
        line = logs.stderr.readline()
        logs.kill()
    return line


def lives_and_ends(house, options):
    """Locked up as far as Docker can; PID 1, who is 65532; `docker stop` is heard, and not followed by a kill."""
    for room, option in ROOM.items():
        container = docker("run", "--detach", *LOCKED_UP, option, "balcony-agent")
        with Events("type=container", f"container={container}") as events:
            line = wait_until_it_listens(container)
            if "listening on unix:/run/balcony/" not in line:
                yield f"with a {room} it says {line}"
            processes = [line.split() for line in docker("top", container, "-eo", "uid,pid,comm").splitlines()[1:]]
            pid = docker("inspect", "--format", "{{.State.Pid}}", container)
            if processes != [["65532", pid, "balcony-agent"]]:
                yield f"with a {room} there are {processes}, and PID 1 is {pid}"
            docker("stop", container)
            signals = []
            events.wait(
                lambda kind, action, attributes: action == "kill" and signals.append(attributes["signal"])
                or action == "die"
            )
            code = docker("inspect", "--format", "{{.State.ExitCode}}", container)
            if code != "0" or signals != ["15"]:
                yield f"with a {room} it ended with {code}, after the signals {signals}"
            docker("rm", "--volumes", container)


def no_room_for_its_socket(house, options):
    outcome = command("docker", "run", "--rm", *LOCKED_UP, "balcony-agent", check=False)
    if outcome.code == 0 or "a volume or a tmpfs in its place" not in outcome.err:
        yield str(outcome)


def labs_are_in_it(house, options):
    listed = docker("run", "--rm", *LOCKED_UP, "balcony", "check", "/labs")
    experiments = [path for path in (ROOT / "experiments").rglob("*.md") if "```balcony" in path.read_text()]
    if listed.count("nothing wrong") != len(experiments):
        yield f"of {len(experiments)} experiments it has {listed}"


if __name__ == "__main__":
    tests = [built, without_programs, small, lives_and_ends, no_room_for_its_socket, labs_are_in_it]
    sys.exit(run_tests(__doc__, {test.__name__: test for test in tests}, compose=False))
