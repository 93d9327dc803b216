"""Runs the Python in docs/calls.md, and that for an agent elsewhere in docs/api.md, as a reader would.

What is behind `#` at the end of a line that prints is what it must print.
"""

import argparse
import contextlib
import io
import os
import pathlib
import re
import secrets
import shlex
import subprocess
import sys
import tempfile

from programs import DOCS, running

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMISE = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
# As the documents have it.
HERE, ELSEWHERE, NAME, LISTENING = "127.0.0.1:50051", "juliet.example:7000", "juliet.example", "192.0.2.7:7000"


def complaints_about(source, namespace):
    """What a program prints, line by line, against what its text says."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "guide", "exec"), namespace)
    for promised, line in zip(PROMISE.findall(source), printed.getvalue().splitlines(), strict=True):
        if promised != line:
            yield f"printed {line}, and the text says {promised}"


def calls(options):
    """The whole of calls.md is one program."""
    source = "".join(BLOCK.findall((DOCS / "calls.md").read_text()))
    with running(options.agent) as address:
        yield from complaints_about(source.replace(HERE, address), {})


def elsewhere(options):
    """What api.md says under that heading: its commands, then its Python, first with certificates, then a token."""
    guide = (DOCS / "api.md").read_text()
    section = re.search(r"^## An agent elsewhere\n(.*?)^## ", guide, re.MULTILINE | re.DOTALL)[1]
    section = section.replace(LISTENING, "127.0.0.1:0").replace(ELSEWHERE, "ADDRESS").replace(NAME, "127.0.0.1")
    commands = re.findall(r"^    (balcony.*)", section.replace("\\\n", ""), re.MULTILINE)
    make, listen = map(shlex.split, commands)
    with_certificate, with_token = BLOCK.findall(section)
    subprocess.run([options.balcony, *make[1:]], check=True, stdout=subprocess.DEVNULL)
    namespace = {}
    with running(options.agent, listen[1:]) as address:
        yield from complaints_about(with_certificate.replace("ADDRESS", address), namespace)
    token = pathlib.Path("token")
    token.touch(mode=0o600)
    token.write_text(secrets.token_urlsafe(32))
    at = listen.index("--tls-ca")
    with running(options.agent, [*listen[1:at], "--token-file", token]) as address:
        yield from complaints_about(with_token.replace("ADDRESS", address), namespace)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--balcony", required=True)
    parser.add_argument("part", choices=["calls", "elsewhere"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        complaints = list({"calls": calls, "elsewhere": elsewhere}[options.part](options))
    print("\n".join(complaints) or "as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
