"""compose/tls.yaml: doors over TLS for whoever has the certificate, a run of balcony or a script, and for nobody else;
and the key is in no container's environment."""

import os
import pathlib
import socket
import sys

import grpc
import tutorials
from balcony.v1 import agent_pb2_grpc, describe_pb2
from projects import EXPERIMENTS, MOMENT_SECONDS, PROJECT, docker, run_tests
from tutorials import Tutorial

FILES = ("compose.yaml", "tls.yaml")
SOMEBODY = 4321


def free_doors():
    """Three digits, so that with a fourth from 1 to 4 nobody has that port."""
    for digits in range(720 + os.getpid() % 200, 999):
        with socket.socket() as one, socket.socket() as two, socket.socket() as three, socket.socket() as four:
            try:
                for number, door in enumerate((one, two, three, four), 1):
                    door.bind(("127.0.0.1", 10 * digits + number))
                return str(digits)
            except OSError:
                pass
    raise SystemExit("no four ports in a row are free")


def certificates(house, owner):
    house.number += 1
    folder = house.folder / f"certs-{house.number}"
    outcome = house.run("certs", folder, "--agent", "localhost", "127.0.0.1")
    if outcome.code != 0:
        raise SystemExit(str(outcome))
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner, owner)
    return folder


def describe(where, credentials):
    """Who answers there; or what is said of those who are not let in."""
    with grpc.secure_channel(where, credentials) as channel:
        try:
            stub = agent_pb2_grpc.AgentStub(channel)
            return stub.Describe(describe_pb2.DescribeRequest(), timeout=MOMENT_SECONDS).hostname
        except grpc.RpcError as error:
            return error.code()


def complaints_about_doors(tutorial, certs, doors):
    where = {host: f"localhost:{doors}{number}" for number, host in ((1, "tcp-server"), (2, "tcp-client"))}
    for host in where:
        if not tutorial.wait_for(f"{host}-door", "listening on"):
            yield f"the door of {host} does not listen: {tutorial.log(f'{host}-door')}"
    agents = [word for host, door in where.items() for word in ("--agent", f"{host}={door}")]
    outcome = tutorial.balcony("run", EXPERIMENTS / "echo/tcp.md", "--tls", certs, *agents)
    if not outcome.passed():
        yield f"{outcome}{tutorial.log('tcp-server-door')}"
    authority, key, certificate = (
        pathlib.Path(certs, name).read_bytes() for name in ("ca.pem", "controller-key.pem", "controller.pem")
    )
    own = describe(where["tcp-server"], grpc.ssl_channel_credentials(authority, key, certificate))
    if own != "tcp-server":
        yield f"with the certificate {own} answers"
    stranger = describe(where["tcp-server"], grpc.ssl_channel_credentials(authority))
    if stranger not in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNAVAILABLE):
        yield f"without a certificate {stranger} answers"


def complaints_about_secrets(tutorial, certs):
    """Nothing of a key is in what the engine knows of its containers."""
    ids = docker("ps", "--all", "--quiet", "--filter", f"label={PROJECT}={tutorial.name}").split()
    known = docker("inspect", *ids)
    if "tcp-server-door" not in known:
        yield f"the doors are not there: {known}"
    for key in certs.glob("*-key.pem"):
        if "PRIVATE KEY" in known or key.read_text().splitlines()[1] in known:
            yield f"the engine shows what is in {key.name}"


def of(owner):
    def test(house, options):
        certs, doors = certificates(house, owner), free_doors()
        variables = {"CERTS": str(certs), "CERTS_USER": str(owner), "DOORS": doors}
        with Tutorial(house, *FILES, **variables) as tutorial:
            tutorial.compose("up", "-d", "--build")
            if tutorial.end_of("tcp-lab", "udp-lab") != ["0", "0"]:
                yield tutorial.log("tcp-lab") + tutorial.log("udp-lab")
            yield from complaints_about_doors(tutorial, certs, doors)
            yield from complaints_about_secrets(tutorial, certs)
            tutorial.compose("down", "-v")
            yield from (f"after down -v there is {what}" for what in house.in_engine())

    return test


def not_its_owner(house, options):
    """A door that may not read the key says which, and does not open."""
    certs = certificates(house, os.getuid())
    variables = {"CERTS": str(certs), "CERTS_USER": str(SOMEBODY), "DOORS": free_doors()}
    with Tutorial(house, *FILES, **variables) as tutorial:
        tutorial.compose("up", "-d", "--build", "tcp-server-door")
        codes = tutorial.end_of("tcp-server-door")
        log = tutorial.log("tcp-server-door")
        if codes != ["3"] or "/run/secrets/agent-key.pem" not in log:
            yield f"it ended with {codes}, and said {log}"


def main():
    lacking = tutorials.why_not()
    if lacking:
        print(f"skipped: {lacking}")
        return tutorials.SKIPPED
    tests = {"own": of(os.getuid()), "not_its_owner": not_its_owner}
    if os.getuid() == 0:
        tests["of_somebody"] = of(SOMEBODY)
    try:
        return run_tests(__doc__, tests)
    finally:
        tutorials.remove_image()


if __name__ == "__main__":
    sys.exit(main())
