"""Stacks of a user's own, and what may be missing of them: exit 3, and what is to be done."""

import http.server
import json
import os
import socketserver
import sys
import threading

import swarms
from projects import EXPERIMENTS, LABS, ROOT, docker

MANY = EXPERIMENTS / "sim-network/many-clients.md"
SHORT = LABS / "short.balcony"
# The examples' stack with as many clients as are needed here.
STACK_FILE = (ROOT / "compose/stack.yaml").read_text()
CLIENTS = 3


def says(outcome, *wanted):
    if outcome.code != 3 or not all(words in outcome.text for words in wanted):
        yield f"wanted exit 3 and {wanted}, got {outcome}"


def deploy(house, text=None):
    """The examples' stack, with certificates; its name."""
    house.run("certs", "certs", "--agent", "balcony-agent")
    assert "replicas: 50" in STACK_FILE
    file = house.home / "stack.yaml"
    file.write_text(text or STACK_FILE.replace("replicas: 50", f"replicas: {CLIENTS}"))
    block = f"10.{250 + os.getpid() % 4}"
    subnets = {"DATA": f"{block}.16.0/20", "CONTROL": f"{block}.0.0/20", "CERTS": str(house.home / "certs")}
    name = house.name_for_stack()
    docker("stack", "deploy", "--resolve-image", "never", "--compose-file", file, name, environment=subnets)
    return name


def clear(house, stack):
    house.remove(stack)
    house.tidy()


def ones_own(house, options):
    """It plays, again, and is there afterwards; and what does not fit it is told."""
    stack = deploy(house)
    fleet = ("--fleet", f"swarm:{stack}")
    before = house.in_engine()
    for _ in range(2):
        outcome = house.run("run", MANY, *fleet, "--tls", "certs", "-D", f"clients={CLIENTS}")
        if not outcome.passed():
            yield str(outcome)
    few = house.run("run", MANY, *fleet, "--tls", "certs", "-D", f"clients={CLIENTS + 2}")
    yield from says(few, f"plays client[{CLIENTS + 1}]", f"docker service scale {stack}_client={CLIENTS + 1}")
    yield from says(house.run("run", SHORT, *fleet, "--tls", "certs"), "no service romeo")
    house.run("certs", "others", "--agent", "balcony-agent")
    wrong = house.run("run", MANY, *fleet, "--tls", "others", "-D", "clients=1")
    yield from says(wrong, "certificates of the agent at server-1:65000 and ours do not fit")
    yield from says(house.run("run", MANY, *fleet, "--tls", "nowhere"), "nowhere/ca.pem", "balcony certs")
    services = {what for what in before if what.startswith(("service", "network", "secret"))}
    if missing := services - set(house.in_engine()):
        yield f"it has lost {missing}"
    clear(house, stack)


def no_control(house, options):
    text = STACK_FILE.replace("replicas: 50", "replicas: 1").replace("control", "other")
    stack = deploy(house, text)
    outcome = house.run("run", MANY, "--fleet", f"swarm:{stack}", "--tls", "certs", "-D", "clients=1")
    yield from says(outcome, "no network control")
    clear(house, stack)


def overlap(house, options):
    """Swarm itself says nothing of it."""
    first = deploy(house)
    second = deploy(house)
    outcome = house.run("run", MANY, "--fleet", f"swarm:{second}", "--tls", "certs", "-D", f"clients={CLIENTS}")
    yield from says(outcome, second, "gets no addresses", "overlaps")
    house.remove(first)
    clear(house, second)


def no_stack(house, options):
    house.run("certs", "certs", "--agent", "balcony-agent")
    outcome = house.run("run", SHORT, "--fleet", "swarm:nowhere", "--tls", "certs")
    yield from says(outcome, "no stack nowhere", "docker stack deploy", "balcony fleet swarm")
    house.tidy()


def no_certificates_named(house, options):
    outcome = house.run("run", SHORT, "--fleet", "swarm:nowhere")
    if outcome.code != 2 or "--tls" not in outcome.text:
        yield str(outcome)
    words = ("--tls", "certs", "--token-file", "token")
    outcome = house.run("run", SHORT, "--fleet", "swarm:nowhere", *words)
    if outcome.code != 2 or "--token-file is not for --fleet swarm" not in outcome.text:
        yield str(outcome)


def no_image(house, options):
    for variable in ("BALCONY_IMAGE", "BALCONY_AGENT_IMAGE"):
        house.environment = {variable: "balcony:never"}
        outcome = house.run("run", SHORT, *swarms.ON_SWARM)
        house.environment = {}
        yield from says(outcome, "there is no image balcony:never", "./dev images")


class Engine(http.server.BaseHTTPRequestHandler):
    """As much of an engine as `docker info` asks for."""

    swarm = {}

    def address_string(self):
        return "nobody"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        text = b"OK" if self.path.endswith("_ping") else json.dumps({"Swarm": self.swarm}).encode()
        self.send_response(200)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)


def no_swarm(house, options):
    for state, manages, wanted in (("inactive", False, "docker swarm init"), ("active", False, "docker node promote")):
        Engine.swarm = {"LocalNodeState": state, "ControlAvailable": manages}
        path = house.folder / f"{state}.sock"
        with socketserver.ThreadingUnixStreamServer(str(path), Engine) as server:
            threading.Thread(target=server.serve_forever).start()
            house.environment = {"DOCKER_HOST": f"unix://{path}"}
            outcome = house.run("run", SHORT, *swarms.ON_SWARM)
            house.environment = {}
            server.shutdown()
        yield from says(outcome, wanted)


if __name__ == "__main__":
    tests = [no_swarm, no_stack, no_certificates_named, no_image, ones_own, no_control, overlap]
    sys.exit(swarms.run_tests(__doc__, {test.__name__: test for test in tests}))
