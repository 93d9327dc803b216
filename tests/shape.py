"""The shape of the tree: no file over 300 lines, no function over 60, no line over 100 columns, no loops between folders.

A folder's README.md, where it has one, names its headers. Reads the sources that git knows. Prints what is out of shape
and exits 1; prints nothing and exits 0 otherwise.
Functions are measured as clang-format leaves them: from a line in column 0 that opens a brace to the "}" in column 0.
Lines are measured in C++ alone, where clang-format leaves comments as they are.
"""

import collections
import pathlib
import re
import subprocess
import sys

MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 60
MOST_COLUMNS = 100


def sources():
    listed = subprocess.run(["git", "ls-files", "*.cc", "*.h", "*.py", "dev"], capture_output=True, text=True, check=True)
    return [pathlib.Path(name) for name in listed.stdout.split()]


def long_lines(path, lines):
    """Yields a complaint for each line of C++ that is too long."""
    for number, line in enumerate(lines, 1):
        if path.suffix in (".cc", ".h") and len(line) > MOST_COLUMNS:
            yield f"{path}:{number}: {len(line)} columns, over {MOST_COLUMNS}"


def long_functions(path, lines):
    """Yields a complaint for each top-level braced block that is too long; namespaces, types and tables do not count."""
    start = None
    for number, line in enumerate(lines, 1):
        if re.match(r"^[A-Za-z~].*\{$", line) and not re.match(r"^(namespace|class|struct|enum|extern|constexpr|const)\b", line):
            start = number
        elif line.startswith("}") and start is not None:
            if number - start + 1 > MOST_FUNCTION_LINES:
                yield f"{path}:{start}: a function of {number - start + 1} lines, over {MOST_FUNCTION_LINES}"
            start = None


def folder_edges(path, lines):
    """Yields (folder, included folder) for each include of ours."""
    for line in lines:
        include = re.match(r'#include "((?:agent|controller)/[^"]*)/[^/"]+"', line)
        if include and include.group(1) != str(path.parent):
            yield str(path.parent), include.group(1)


def loops(edges):
    """Yields each folder that can be reached from itself."""
    for start in edges:
        seen, todo = set(), list(edges[start])
        while todo:
            folder = todo.pop()
            if folder not in seen:
                seen.add(folder)
                todo.extend(edges.get(folder, ()))
        if start in seen:
            yield f"{start}: includes itself through other folders"


def unnamed(path):
    """Yields a complaint for a header that its folder's README.md does not name."""
    readme = path.parent / "README.md"
    if path.suffix == ".h" and readme.exists() and not re.search(rf"\b{path.stem}\b", readme.read_text()):
        yield f"{path}: {readme} does not name it"


def main():
    complaints, edges = [], collections.defaultdict(set)
    for path in sources():
        lines = path.read_text().splitlines()
        if len(lines) > MOST_FILE_LINES:
            complaints.append(f"{path}: {len(lines)} lines, over {MOST_FILE_LINES}")
        complaints += long_lines(path, lines)
        complaints += unnamed(path)
        if path.suffix in (".cc", ".h"):
            complaints += long_functions(path, lines)
            for origin, target in folder_edges(path, lines):
                edges[origin].add(target)
    complaints += loops(dict(edges))
    print("".join(f"{complaint}\n" for complaint in complaints), end="")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
