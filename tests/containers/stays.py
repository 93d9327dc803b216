"""Projects that are up already, or stay up: --keep, a user's own, with scaled services and volumes."""

import re
import sys

from projects import EXPERIMENTS, LABS, command, docker, run_tests

BOTH = EXPERIMENTS / "romeo-and-juliet/udp.md"
MANY = EXPERIMENTS / "sim-network/many-clients.md"
WARM_RUNS = 10
TAKE_DOWN = re.compile(r"this takes them down: ((docker.*) --project-name (\S+) .*)$", re.MULTILINE)

ROMEO_AND_JULIET = """\
services:
  romeo: {image: balcony-agent, networks: [stage]}
  juliet: {image: balcony-agent, networks: [stage], volumes: ["letters:/letters"]}
networks:
  stage:
volumes:
  letters:
"""
SCALED = """\
services:
  server: {image: balcony-agent, networks: [hall]}
  client: {image: balcony-agent, networks: [hall]}
networks:
  hall:
"""


def complaints_about(outcome):
    if not outcome.passed():
        yield str(outcome)


def keep(house, options):
    """The first run makes the containers, the others find them; the command that it names takes them down."""
    outcome = house.run("run", BOTH, "--fleet", "compose", "--keep")
    yield from complaints_about(outcome)
    down = TAKE_DOWN.search(outcome.text)
    if not down:
        yield f"it does not say how they are taken down: {outcome}"
        return
    house.projects.add(down[3])
    before = house.in_engine()
    for _ in range(WARM_RUNS):
        yield from complaints_about(house.run("run", BOTH, "--fleet", "compose"))
    if not before or house.in_engine() != before:
        yield f"there was {before}, and then {house.in_engine()}"
    command("sh", "-c", down[1], environment=house.environment)


def time_wait(house, options):
    """A second run in warm containers: those made for the lab are as new, and of a user's own it is told who has the port."""
    lab = LABS / "closes-first.balcony"
    outcome = house.run("run", lab, "--fleet", "compose", "--keep")
    yield from complaints_about(outcome)
    if down := TAKE_DOWN.search(outcome.text):
        house.projects.add(down[3])
        for _ in range(2):
            yield from complaints_about(house.run("run", lab, "--fleet", "compose"))
        command("sh", "-c", down[1], environment=house.environment)
    project = house.project("mine", ROMEO_AND_JULIET)
    house.compose(project, "up", "--detach")
    yield from complaints_about(house.run("run", lab, "--fleet", f"compose:{project}"))
    second = house.run("run", lab, "--fleet", f"compose:{project}")
    if second.code != 3 or "a connection of an earlier run; it goes in" not in second.text:
        yield f"the second run: {second}"
    house.compose(project, "down", "--volumes")


def addresses_taken(house, options):
    """Somebody has the experiment's addresses: others take their place, also where the containers are to stay."""
    network = docker("network", "create", "--subnet=10.77.2.0/24", house.folder.name)
    lab = house.folder / "elsewhere.balcony"
    lab.write_text((LABS / "short.balcony").read_text().replace("10.77.1.", "10.77.2."))
    for more in ([], ["--keep"]):
        outcome = house.run("run", lab, "--fleet", "compose", *more)
        yield from complaints_about(outcome)
        if "10.77.2.100 is played by" not in outcome.text:
            yield f"it does not say who plays: {outcome}"
    down = TAKE_DOWN.search(outcome.text)
    house.projects.add(down[3])
    command("sh", "-c", down[1], environment=house.environment)
    docker("network", "rm", network)


def up_stays_up(house, options):
    file = house.project("mine", ROMEO_AND_JULIET)
    house.compose(file, "up", "--detach")
    before = house.in_engine()
    for _ in range(2):
        yield from complaints_about(house.run("run", BOTH, "--fleet", f"compose:{file}"))
    if len(before) != 4 or house.in_engine() != before:
        yield f"there was {before}, and then {house.in_engine()}"
    house.compose(file, "down", "--volumes")


def down_goes_down(house, options):
    """And the volume of the user's own project is not the run's."""
    file = house.project("mine", ROMEO_AND_JULIET)
    house.compose(file, "up", "--detach")
    docker("cp", "-", f"{house.containers(file.parent.name, 'juliet')[0]}:/letters", given=letter())
    house.compose(file, "down")
    before = house.in_engine()
    yield from complaints_about(house.run("run", BOTH, "--fleet", f"compose:{file}"))
    if len(before) != 1 or house.in_engine() != before:
        yield f"there was {before}, and then {house.in_engine()}"
    house.compose(file, "up", "--detach")
    read = command("docker", "cp", f"{house.containers(file.parent.name, 'juliet')[0]}:/letters/sonnet", "-", check=False)
    if "Shall I compare thee" not in read.out:
        yield f"the volume has lost its letter: {read}"
    house.compose(file, "down", "--volumes")


def overridden(house, options):
    """An override file beside the file is taken along, as Compose itself does."""
    file = house.project("mine", "services:\n  romeo: {image: balcony-agent}\n  tybalt: {image: balcony-agent}\n")
    (file.parent / "compose.override.yaml").write_text("services:\n  tybalt: {labels: {balcony.host: juliet}}\n")
    yield from complaints_about(house.run("run", LABS / "short.balcony", "--fleet", f"compose:{file}"))


def in_two_networks(house, options):
    """Hosts of one LAN in networks of their own: that is told, whatever comes of it."""
    services = "".join(f"  {host}: {{image: balcony-agent, networks: [{host}s]}}\n" for host in ("romeo", "juliet"))
    file = house.project("mine", f"services:\n{services}networks: {{romeos: , juliets: }}\n")
    outcome = house.run("run", LABS / "short.balcony", "--fleet", f"compose:{file}")
    if "have no network in common" not in outcome.text:
        yield str(outcome)


def letter():
    """An archive with a file in it, as docker cp takes it."""
    return command("sh", "-c", "cd $(mktemp -d) && echo Shall I compare thee >sonnet && tar c sonnet && rm -r $PWD").out


def kept_of_ones_own(house, options):
    file = house.project("mine", ROMEO_AND_JULIET)
    yield from complaints_about(house.run("run", BOTH, "--fleet", f"compose:{file}", "--keep"))
    if len(house.containers(file.parent.name)) != 2:
        yield f"it did not stay: {house.in_engine()}"
    house.compose(file, "down", "--volumes")


def scaled(house, options):
    """client[2] is the second of the clients, whatever their numbers are."""
    file = house.project("mine", SCALED)
    house.compose(file, "up", "--detach", "--scale", "client=3")
    fleet = f"compose:{file}"
    yield from complaints_about(house.run("run", MANY, "--fleet", fleet, "-D", "clients=3"))
    docker("rm", "--force", house.containers(file.parent.name, "client")[1])
    house.compose(file, "up", "--detach", "--scale", "client=4")
    if house.containers(file.parent.name, "client")[-1][-1] == "4" and options.compose == "v1":
        yield "there is no hole in the numbers, and nothing is tested"
    yield from complaints_about(house.run("run", MANY, "--fleet", fleet, "-D", "clients=4"))
    few = house.run("run", MANY, "--fleet", fleet, "-D", "clients=5")
    if few.code != 3 or "docker compose up --scale client=5" not in few.text:
        yield f"one client is missing, and it says {few}"
    house.compose(file, "down")


if __name__ == "__main__":
    tests = [keep, time_wait, addresses_taken, up_stays_up, down_goes_down, overridden, in_two_networks]
    tests += [kept_of_ones_own, scaled]
    sys.exit(run_tests(__doc__, {test.__name__: test for test in tests}))
