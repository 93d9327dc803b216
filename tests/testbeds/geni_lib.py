"""geni-lib 0.9.9.4, which is written for Python 2, as this Python can import it."""

import importlib.util
import pathlib
import shutil
import subprocess
import sys

NEEDED = ("geni", "lxml", "six", "lib2to3")
# A request is bytes there, which Python 2 writes to any file.
PATCHES = {"rspec/pg.py": ("buf = self.toXMLString(True)\n", "buf = self.toXMLString(True).decode()\n")}


def why_not():
    """Why it cannot be had here; nothing where it can."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return f"not here: {', '.join(missing)} (tests/requirements.txt, python3-lib2to3)" if missing else None


def convert(folder):
    """Makes a geni-lib in this folder, which is then one for sys.path or PYTHONPATH."""
    (installed,) = importlib.util.find_spec("geni").submodule_search_locations
    ours = pathlib.Path(folder) / "geni"
    shutil.copytree(installed, ours, ignore=shutil.ignore_patterns("__pycache__"))
    words = ["-W", "ignore", "-m", "lib2to3", "--write", "--nobackups", "--no-diffs", "--processes", "2", str(ours)]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    for name, (before, after) in PATCHES.items():
        text = (ours / name).read_text()
        if before not in text:
            raise ValueError(f"geni/{name} has no line {before}")
        (ours / name).write_text(text.replace(before, after))
    return folder
