"""What inventory_dump makes of a text, read back with PyYAML, which is another reader than ours."""

import pathlib
import shlex
import subprocess
import tempfile

import yaml

SKIPPED = 77


def dump(program, text, user="", me="", name="inventory"):
    """Returns hosts by name, {"ssh": …, "data": …}; or the message of a refusal."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / name
        file.write_text(text)
        done = subprocess.run([program, user, me, str(file)], capture_output=True, text=True, timeout=60, check=False)
    return yaml.safe_load(done.stdout)["hosts"] if done.returncode == 0 else done.stderr.strip()


def login_of(line):
    """Returns (user, host, port, key) of an ssh command line, each a text, empty where it is not said."""
    words = shlex.split(line)
    options = dict(zip(words[1:-1:2], words[2:-1:2]))
    user, _, host = words[-1].rpartition("@")
    return user, host, options.get("-p", ""), options.get("-i", "")
