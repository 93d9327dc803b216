"""The projects in compose/, by a name of the test's own and with an image of its own."""

import os
import signal
import subprocess

from projects import LIMIT_SECONDS, ROOT, SKIPPED, command, docker  # noqa: F401

FOLDER = ROOT / "compose"
PROGRAMS = ROOT / "build/made-by-dev-build"
IMAGE = f"balcony-test-tutorial-{os.getpid()}"
# A network that nobody else here is likely to have, by the test's process number.
NET = f"10.{100 + os.getpid() % 100}.{os.getpid() // 100 % 200}"


def why_not():
    if not (PROGRAMS / "balcony").exists():
        return f"there is no {PROGRAMS}; ./dev images makes it"
    return None


class Tutorial:
    """One project of some files in compose/. It is taken down at the end, whatever came of it."""

    def __init__(self, house, *files, name="tutorial", folder=FOLDER, **variables):
        self.house = house
        self.folder = folder
        self.files = files or ("compose.yaml",)
        self.name = f"{name}-{os.getpid()}"
        self.environment = {"BALCONY_IMAGE": IMAGE, "COMPOSE_PROJECT_NAME": self.name, "NET": NET, **variables}
        house.projects.add(self.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.compose("down", "--volumes", check=False)

    def _words(self, words):
        base = ["docker", "compose"] if self.house.version == "v2" else ["docker-compose"]
        return base + [word for file in self.files for word in ("--file", file)] + list(words)

    def _environment(self, more):
        # docker-compose is a Python program, and is read line by line.
        return {"PYTHONUNBUFFERED": "1", **self.house.environment, **self.environment, **more}

    def compose(self, *words, check=True, **variables):
        return command(*self._words(words), environment=self._environment(variables), folder=self.folder, check=check)

    def watch(self, *words, until, **variables):
        """Runs Compose in the foreground until it has written all of these, and then does as Ctrl-C does; gives its
        exit code and all that it wrote."""
        process = subprocess.Popen(
            ["timeout", "--signal=INT", "--kill-after=30", str(LIMIT_SECONDS), *self._words(words)],
            cwd=self.folder,
            env={**os.environ, **self._environment(variables)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        text = ""
        stopped = not until
        for line in process.stdout:
            text += line
            if not stopped and all(words in text for words in until):
                process.send_signal(signal.SIGINT)
                stopped = True
        return process.wait(), text

    def log(self, service):
        return self.compose("logs", "--no-color", service).out

    def container(self, service):
        return self.house.containers(self.name, service)[0]

    def wait_for(self, service, words):
        """Until a service has written these words; whether it has."""
        follow = ["timeout", str(LIMIT_SECONDS), "docker", "logs", "--follow", self.container(service)]
        with subprocess.Popen(follow, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            written = any(words in line for line in process.stdout)
            process.terminate()
        return written

    def end_of(self, *labs):
        """The exit codes of these services, once they are over."""
        return [docker("wait", self.container(lab)) for lab in labs]

    def balcony(self, *arguments):
        """A run of balcony in the project's folder, as the files' first lines have it."""
        before = self.house.environment
        self.house.environment = self._environment({})
        outcome = self.house.run(*arguments)
        self.house.environment = before
        return outcome


def remove_image():
    command("docker", "image", "rm", "--force", IMAGE, check=False)


def in_order(text, *wanted):
    """The first of the wanted that does not come behind those before it; nothing if all do."""
    place = 0
    for words in wanted:
        found = text.find(words, place)
        if found < 0:
            return words
        place = found + len(words)
    return None
