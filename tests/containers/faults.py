"""What befalls a container in the middle of a run: exit 3, the cause named, no step passed that nobody saw, nothing left.

Each in the project that balcony makes, whose containers run an agent of their own, and in a user's, whose containers run
something else and get one by `docker exec`. By hand: python3 faults.py --runs 50
"""

import re
import sys
import tempfile
import time
from concurrent import futures

import projects
from projects import LABS, command, docker
from transcript import Transcript

END_SECONDS = 30  # taking the project down included
AT_ONCE = 3
SLEEPER = "balcony-test-sleeper"

# The words for docker, with CONTAINER and NETWORK, and what the run must say of it. All that end a container send it a
# signal first, and on a loaded machine the engine tells the rest too late.
FAULTS = {
    "kill": (["kill", "CONTAINER"], "was killed by signal 9"),
    "stop": (["stop", "--time", "1", "CONTAINER"], "was (stopped|killed by signal 15)"),
    "restart": (["restart", "--time", "1", "CONTAINER"], "was (restarted|stopped|killed by signal 15)"),
    "rm": (["rm", "--force", "CONTAINER"], "was (removed|killed by signal 9)"),
    "pause": (["pause", "CONTAINER"], "was paused"),
    "disconnect": (["network", "disconnect", "NETWORK", "CONTAINER"], "was disconnected from the network"),
}
# Each lab with the line from which on it is where it is to be met, and how many such lines there must be.
VICTIMS = {
    "waiting": ("juliet> door.listen()", 1),
    "watching": ("juliet> door.accept()", 3),
    "typing": ("juliet> sock = socket(udp)", 1),
}
LOST = "the agent of juliet is lost"

OTHERS_FILE = """\
x-host: &host
  image: IMAGE
  mem_limit: 32m
  stop_grace_period: 1s
  networks: [stage]
services:
  romeo: *host
  juliet: *host
networks:
  stage:
"""

# Nobody reads what Juliet is to send, and her agent holds a megabyte more with every call.
HUNGRY = """\
timeout 100s
host romeo  10.77.1.100/24
host juliet 10.77.1.101/24
romeo>  door = socket(tcp)
romeo>  door.bind(romeo:4000)
romeo>  door.listen()
juliet> sock = socket(tcp)
juliet> sock.connect(romeo:4000)
"""


def make_sleeper():
    """The image of a user's own, as docs/containers.md has it: an agent is in it, and does not run."""
    base = projects.debian_image()
    if base is None:
        return f"there is no {projects.DEBIAN}; ./dev test makes it"
    lines = [
        f"FROM {base}",
        "COPY --from=balcony-agent /bin/balcony-agent /usr/local/bin/",
        'CMD ["sleep", "infinity"]',
    ]
    with tempfile.TemporaryDirectory() as empty:
        command("docker", "build", "--quiet", "--tag", SLEEPER, "--file", "-", empty, given="\n".join(lines))
    return None


def begin(house, lab, fleet):
    """A run that has come where it is to be met; and the container that plays Juliet in it."""
    controller = house.start("run", LABS / f"{lab}.balcony", "--fleet", fleet, stdin=-1)
    transcript = Transcript(controller)
    if not transcript.wait_for(*VICTIMS[lab]):
        return controller, transcript, None
    return controller, transcript, house.containers(house.project_of(controller), "juliet")[0]


def network_of(container):
    return docker("inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", container)


def end(controller, transcript, patience=END_SECONDS):
    """The run's exit code, nothing if it had to be killed, and all that it wrote."""
    try:
        controller.wait(patience)
        code = controller.returncode
    except projects.subprocess.TimeoutExpired:
        controller.kill()
        controller.wait()
        code = None
    controller.stdin.close()
    return code, transcript.text() + controller.stderr.read()


def befall(house, fault, lab, fleet):
    controller, transcript, container = begin(house, lab, fleet)
    if container is None:
        yield f"it did not come to its point: {end(controller, transcript)}"
        return
    words, cause = FAULTS[fault]
    names = {"CONTAINER": container, "NETWORK": network_of(container)}
    docker(*[names.get(word, word) for word in words])
    done = time.monotonic()
    code, text = end(controller, transcript)
    if code != 3:
        yield f"wanted exit 3, got {code}: {text}"
    if LOST not in text or not re.search(f"the container \\S*juliet\\S* {cause}", text):
        yield f"it does not say that juliet's container {cause}, but {text}"
    # One may have been on its way.
    late = [line for when, line in transcript.lines if when > done and re.search(r"=> blocks\b", line)]
    passed = [line for line in late if "#" not in line]
    if len(passed) > 1:
        yield f"steps passed after it: {passed}"


def each(fault):
    def test(house, options):
        others = house.project("mine", OTHERS_FILE.replace("IMAGE", SLEEPER))
        cases = [(lab, fleet) for fleet in ("compose", f"compose:{others}") for lab in VICTIMS] * options.runs
        with futures.ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(lambda case: list(befall(house, fault, *case)), cases)
            for (lab, fleet), complaints in zip(cases, found):
                yield from (f"{lab} on {fleet}: {what}" for what in complaints)

    return test


def out_of_memory(house, options):
    lab = house.folder / "hungry.balcony"
    sends = [f'juliet> sent{i} = sock.sendall("x" * 500000 + "y" * 500000) &\n' for i in range(60)]
    lab.write_text(HUNGRY + "".join(sends) + "".join(f"juliet> wait sent{i}\n" for i in range(60)))
    for image in ("balcony-agent", SLEEPER):
        file = house.project("mine", OTHERS_FILE.replace("IMAGE", image))
        for _ in range(options.runs):
            outcome = house.run("run", lab, "--fleet", f"compose:{file}")
            if outcome.code != 3 or LOST not in outcome.text or "ran out of memory" not in outcome.text:
                yield f"{image}: {outcome}"


def main():
    lacking = projects.why_not() or make_sleeper()
    if lacking:
        print(f"skipped: {lacking}")
        return projects.SKIPPED
    tests = {fault: each(fault) for fault in FAULTS} | {"oom": out_of_memory}
    return projects.run_tests(__doc__, tests, runs=1)


if __name__ == "__main__":
    sys.exit(main())
