"""compose/compose.yaml, romeo-and-juliet.yaml and sim-network.yaml, used as their first lines say: the labs pass, the logs
read like those of the tutorials' programs, a run of balcony finds the hosts up or brings them up, and nothing is left."""

import sys

import tutorials
from projects import EXPERIMENTS, Events, debian_image, docker, run_tests
from tutorials import NET, Tutorial, in_order

TCP = EXPERIMENTS / "echo/tcp.md"
UDP = EXPERIMENTS / "echo/udp.md"
MANY = EXPERIMENTS / "sim-network/many-clients.md"
PASSED = "# passed: "

# What a service's log says, in this order; an address stands where the tutorial's has one.
LOGS = {
    "tcp-server": [
        "listening on 0.0.0.0:10000\n",
        "connection from ",
        "received 16 bytes from ",
        ": b'This is our mess'\n",
        "sent 16 bytes to ",
        "received 16 bytes from ",
        ": b'age. It is very '\n",
        "closed the connection with ",
    ],
    "tcp-client": [
        "connecting to ",
        ":10000\n",
        "sent 91 bytes to ",
        ": b'This is our message. It is very long but will only be transmitted in chunks of 16 at a time'\n",
        "received 16 bytes from ",
        ": b'This is our mess'\n",
        "closed the connection with ",
    ],
    "udp-server": [
        "bound to 0.0.0.0:10001\n",
        "received 48 bytes from ",
        ": b'This is our message. It will be sent all at once'\n",
        "sent 48 bytes to ",
    ],
    "udp-client": [
        "sent 48 bytes to ",
        ": b'This is our message. It will be sent all at once'\n",
        "received 48 bytes from ",
        ":10001: b'This is our message. It will be sent all at once'\n",
    ],
}


def complaints_about_log(tutorial, service):
    log = tutorial.log(service)
    missing = in_order(log, *LOGS[service])
    if missing:
        yield f"the log of {service} lacks {missing!r} in its place: {log}"


def all_of_it(house, options):
    """`up --build` in the foreground, the logs, `up` again once it was stopped, and `down -v`."""
    with Tutorial(house) as tutorial:
        _, text = tutorial.watch("up", "--build", until=["# passed: 35 steps", "# passed: 12 steps"])
        if text.count(PASSED) != 2:
            yield f"up --build: {text}"
        for service in LOGS:
            yield from complaints_about_log(tutorial, service)
        before = docker("inspect", "--format", "{{.State.StartedAt}}", tutorial.container("tcp-lab"))
        tutorial.compose("up", "-d")
        codes = tutorial.end_of("tcp-lab", "udp-lab")
        if codes != ["0", "0"] or PASSED not in tutorial.log("tcp-lab"):
            yield f"up again: {codes}, {tutorial.log('tcp-lab')}{tutorial.log('udp-lab')}"
        if docker("inspect", "--format", "{{.State.StartedAt}}", tutorial.container("tcp-lab")) == before:
            yield "up again played nothing"
        tutorial.compose("down", "-v")
        yield from (f"after down -v there is {what}" for what in house.in_engine())


def named_services(house, options):
    """The lab comes along; its exit code is there for a script; what was stopped comes up again beside running ones."""
    with Tutorial(house) as tutorial:
        tutorial.compose("up", "-d", "tcp-server", "tcp-client")
        codes = tutorial.end_of("tcp-lab")
        running = docker("ps", "--filter", f"name={tutorial.name}", "--format", "{{.Names}}").splitlines()
        if codes != ["0"] or len(running) != 2:
            yield f"the lab ended with {codes}, and {running} run: {tutorial.log('tcp-lab')}"
        tutorial.compose("stop", "tcp-server")
        tutorial.compose("up", "-d", "--build")
        if tutorial.end_of("tcp-lab", "udp-lab") != ["0", "0"]:
            yield f"on top of running ones: {tutorial.log('tcp-lab')}{tutorial.log('udp-lab')}"
        _, text = tutorial.watch("logs", "-f", "udp-server", until=["received 48 bytes from "])
        if "sent 48 bytes" not in tutorial.log("udp-server"):
            yield f"logs -f: {text}"
        where = "unix:/run/balcony/tcp-server.sock"
        said = docker("exec", tutorial.container("tcp-server"), "balcony-agent", "--check", where)
        if " on tcp-server," not in said:
            yield f"--check says {said}"
        udp = ["udp-lab", "udp-server", "udp-client"]
        outcome = tutorial.compose("up", "--exit-code-from", "udp-lab", *udp, check=False)
        if outcome.code != 0 or PASSED not in outcome.text:
            yield f"--exit-code-from: {outcome}"
        tutorial.compose("down")
        if house.in_engine() != [f"volume {tutorial.name}_control"]:
            yield f"after down there is {house.in_engine()}"


def exit_code(house, options):
    """A lab's own, as a script wants to know it: 2 where there is no such file."""
    with Tutorial(house, "romeo-and-juliet.yaml", LAB="nobody") as tutorial:
        outcome = tutorial.compose("up", "--build", "--exit-code-from", "lab", check=False)
        if outcome.code != 2 or "/labs/romeo-and-juliet/nobody.md" not in outcome.text:
            yield str(outcome)


def scaled(house, options):
    """Of five clients one plays, unless it is said that five do."""
    with Tutorial(house, "sim-network.yaml") as tutorial:
        for clients, variables in ((5, {"CLIENTS": "5"}), (1, {})):
            tutorial.compose("up", "-d", "--build", "--scale", "client=5", **variables)
            codes = tutorial.end_of("sim-lab")
            log = tutorial.log("sim-lab")
            played = log[log.rindex("# /labs/sim-network/many-clients.md:") :].splitlines()[0].count("client[")
            if codes != ["0"] or played != clients:
                yield f"{clients} were to play: {codes}, {log}"
        tutorial.compose("down", "-v")
        yield from (f"after down -v there is {what}" for what in house.in_engine())


def unscaled(house, options):
    """One client, by Compose and by a run of balcony."""
    with Tutorial(house, "sim-network.yaml") as tutorial:
        outcome = tutorial.compose("up", "--build", "--exit-code-from", "sim-lab", check=False)
        if outcome.code != 0 or PASSED not in outcome.text:
            yield str(outcome)
        tutorial.compose("down", "-v")
        fleet = f"compose:{tutorials.FOLDER}/sim-network.yaml"
        outcome = tutorial.balcony("run", MANY, "--define", "clients=1", "--fleet", fleet)
        if not outcome.passed():
            yield str(outcome)


def verona(house, options):
    """Each of the four labs; and two projects side by side."""
    with Tutorial(house, "romeo-and-juliet.yaml", name="verona") as tutorial:
        for lab in ("tcp", "udp", "dialogue-tcp", "dialogue-udp"):
            outcome = tutorial.compose("up", "--build", "--exit-code-from", "lab", check=False, LAB=lab)
            hosts = f"/labs/romeo-and-juliet/{lab}.md: romeo {NET}.100, juliet {NET}.101"
            if outcome.code != 0 or hosts not in outcome.text:
                yield f"{lab}: {outcome}"
        other = NET.rsplit(".", 1)[0] + ".201"
        with Tutorial(house, "romeo-and-juliet.yaml", name="mantua", NET=other) as beside:
            for each in (tutorial, beside):
                each.compose("up", "-d")
            for each in (tutorial, beside):
                if each.end_of("lab") != ["0"]:
                    yield f"side by side: {each.log('lab')}"


def runs_of_balcony(house, options):
    """Labs that are over do not disturb, whether the hosts are up or not; hosts that are stopped are named."""
    with Tutorial(house) as tutorial:
        tutorial.compose("build")
        for lab in (TCP, UDP):
            outcome = tutorial.balcony("run", lab, "--fleet", f"compose:{tutorials.FOLDER}/compose.yaml")
            if not outcome.passed():
                yield f"while it is down: {outcome}"
        yield from (f"it left {what}" for what in house.left())
        tutorial.compose("up", "-d")
        before = house.in_engine()
        for lab in (TCP, UDP):
            outcome = tutorial.balcony("run", lab, "--fleet", f"compose:{tutorials.FOLDER}/compose.yaml")
            if not outcome.passed():
                yield f"while it is up: {outcome}"
        if house.in_engine() != before:
            yield f"there was {before}, and then {house.in_engine()}"
        tutorial.compose("stop", "tcp-client")
        outcome = tutorial.balcony("run", TCP, "--fleet", f"compose:{tutorials.FOLDER}/compose.yaml")
        if outcome.code != 3 or "which plays tcp-client, is exited" not in outcome.text:
            yield f"one is stopped: {outcome}"
        tutorial.compose("stop")
        outcome = tutorial.balcony("run", TCP, "--fleet", f"compose:{tutorials.FOLDER}/compose.yaml")
        if not outcome.passed():
            yield f"all are stopped: {outcome}"


SLOW_LAB = """\
services:
  romeo: {image: balcony-agent}
  juliet: {image: balcony-agent}
  lab: {image: DEBIAN, command: [sleep, "5"], labels: {balcony.lab: ""}}
"""


def waits_for_labs(house, options):
    """What a project plays itself on its hosts is over before a run begins."""
    file = house.project("mine", SLOW_LAB.replace("DEBIAN", debian_image()))
    with Events("type=container") as events:
        controller = house.start("run", EXPERIMENTS / "romeo-and-juliet/udp.md", "--fleet", f"compose:{file}")
        own = f"balcony-{controller.pid}-"

        def is_told(kind, action, attributes):
            lab = attributes["name"].startswith(own) and "lab" in attributes["name"]
            return attributes["name"].startswith(own) and (lab and action == "die" or action.startswith("exec_create"))

        first = events.wait(is_told)
        out, err = controller.communicate(timeout=tutorials.LIMIT_SECONDS)
    if first is None or first[1] != "die" or controller.returncode != 0:
        yield f"{first} came first; exit {controller.returncode}: {out}{err}"


def main():
    lacking = tutorials.why_not()
    if lacking:
        print(f"skipped: {lacking}")
        return tutorials.SKIPPED
    tests = [all_of_it, named_services, exit_code, scaled, unscaled, verona, runs_of_balcony, waits_for_labs]
    try:
        return run_tests(__doc__, {test.__name__: test for test in tests})
    finally:
        tutorials.remove_image()


if __name__ == "__main__":
    sys.exit(main())
