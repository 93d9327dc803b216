"""No engine, no Compose, no agent, no container: exit 3, and what is to be done."""

import os
import pathlib
import shutil
import socket
import sys

import projects
from projects import LABS, docker, run_tests

OTHER_AGENT = "balcony-test-other-agent"
FILE = """\
services:
  romeo: {image: balcony-agent}
  juliet: JULIET
"""


def says(house, *wanted, fleet="compose", prefix=()):
    """Complains where a run does not end with exit code 3 and these words."""
    outcome = house.run("run", LABS / "short.balcony", "--fleet", fleet, prefix=prefix)
    if outcome.code != 3 or not all(words in outcome.text for words in wanted):
        yield f"wanted exit 3 and {wanted}, got {outcome}"


def with_environment(house, *wanted, prefix=(), **variables):
    before = house.environment
    house.environment = {**before, **variables}
    yield from says(house, *wanted, prefix=prefix)
    house.environment = before


def no_socket(house, options):
    yield from with_environment(house, "unix:///nowhere", "systemctl start docker", DOCKER_HOST="unix:///nowhere")


def nobody_listens(house, options):
    path = house.folder / "engine.sock"
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(path))
    yield from with_environment(house, str(path), "systemctl start docker", DOCKER_HOST=f"unix://{path}")


def not_allowed(house, options):
    """The engine's socket is root's and a group's; whoever is neither learns it."""
    if os.getuid() != 0:
        return
    path = house.folder / "closed.sock"
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(path))
        engine.listen()
        path.chmod(0o600)
        house.folder.chmod(0o755)
        house.home.chmod(0o777)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        yield from with_environment(
            house, "permission denied", "group docker", prefix=nobody, DOCKER_HOST=f"unix://{path}"
        )


def path_without(house, *programs):
    """A PATH with all that is in this one, but for these programs."""
    folder = house.folder / f"path-without-{programs[0]}"
    folder.mkdir()
    for place in os.environ["PATH"].split(":"):
        for program in pathlib.Path(place).glob("*"):
            if program.name not in programs and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def no_docker(house, options):
    path = path_without(house, "docker")
    yield from with_environment(house, "there is no docker here", "--fleet local", PATH=path)


def no_compose(house, options):
    path = path_without(house, "docker-compose", "docker")
    wrapper = pathlib.Path(path, "docker")
    wrapper.write_text(f'#!/bin/sh\n[ "$1" != compose ] || exit 1\nexec {shutil.which("docker")} "$@"\n')
    wrapper.chmod(0o755)
    yield from with_environment(house, "neither docker compose nor docker-compose", "docker-compose-plugin", PATH=path)


def no_image(house, options):
    yield from with_environment(
        house, "there is no image balcony-agent:never", "./dev images", BALCONY_AGENT_IMAGE="balcony-agent:never"
    )


def of_file(house, juliet, *wanted):
    file = house.project("mine", FILE.replace("JULIET", juliet))
    yield from says(house, *wanted, fleet=f"compose:{file}")


def no_agent(house, options):
    base = projects.debian_image()
    juliet = f'{{image: {base}, command: [sleep, infinity], stop_grace_period: 1s}}'
    yield from of_file(house, juliet, "there is no balcony-agent in the image of juliet", "COPY --from=balcony-agent")


def other_agent(house, options):
    """Its hello is that of another protocol."""
    lines = [
        f"FROM {projects.debian_image()}",
        r"RUN printf '#!/bin/sh\necho balcony-agent 2 9.9.9\ncat\n' >/usr/bin/balcony-agent",
        "RUN chmod +x /usr/bin/balcony-agent",
        'CMD ["sleep", "infinity"]',
    ]
    empty = house.folder / "empty"
    empty.mkdir()
    docker("build", "--quiet", "--tag", OTHER_AGENT, "--file", "-", empty, given="\n".join(lines))
    juliet = f"{{image: {OTHER_AGENT}, stop_grace_period: 1s}}"
    yield from of_file(house, juliet, "another protocol", "the image of juliet has an agent of another version")


def ended(house, options):
    juliet = '{image: balcony-agent, command: ["--help"]}'
    yield from of_file(house, juliet, "which plays juliet, is exited", "docker logs")


def nobody_plays(house, options):
    file = house.project("mine", "services:\n  romeo: {image: balcony-agent}\n  mercutio: {image: balcony-agent}\n")
    yield from says(house, "no container plays juliet", "mercutio, romeo", "balcony.host", fleet=f"compose:{file}")


def nobody_listens_there(house, options):
    juliet = '{image: balcony-agent, labels: {balcony.agent: "unix:/run/balcony/other.sock"}}'
    yield from of_file(house, juliet, "no agent listens at unix:/run/balcony/other.sock", "label balcony.agent of juliet")


def unknown_name(house, options):
    """A name that resolves to nothing is an outcome; on a network without a way out nobody can be asked."""
    lab = 'host romeo\nhost juliet\nromeo> resolve("juliett") => EAI_AGAIN\n'
    outcome = house.run("run", "-", "--fleet", "compose", given=lab)
    if not outcome.passed():
        yield str(outcome)


def no_file(house, options):
    for file, words in (("nowhere.yaml", "No such file"), (".", "a Compose file is wanted")):
        outcome = house.run("run", LABS / "short.balcony", "--fleet", f"compose:{file}")
        if outcome.code != 2 or file not in outcome.text or words not in outcome.text:
            yield f"{file}: {outcome}"


def file_is_wrong(house, options):
    """What Compose says of it is passed on."""
    file = house.project("mine", "services:\n  romeo: {imagine: balcony-agent}\n")
    yield from says(house, "does not come up", "imagine", fleet=f"compose:{file}")


if __name__ == "__main__":
    tests = [no_socket, nobody_listens, not_allowed, no_docker, no_compose, no_image, no_agent, other_agent, ended]
    tests += [nobody_plays, nobody_listens_there, unknown_name, no_file, file_is_wrong]
    sys.exit(run_tests(__doc__, {test.__name__: test for test in tests}))
