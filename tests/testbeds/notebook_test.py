"""The FABRIC notebook: every cell is Python; with --offline fablib makes its slice, without a testbed."""

import importlib.util
import json
import os
import pathlib
import sys
import tempfile

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "clients/testbeds/romeo_and_juliet.ipynb"
SKIPPED = 77
CELLS = ["connect", "build", "submit", "export", "run", "delete"]
# What balcony reads of a node and of an interface.
NODE_KEYS = {"name", "username", "management_ip", "ssh_command", "private_ssh_key_file", "state"}
INTERFACE_KEYS = {"node", "network", "ip_addr", "dev", "mac"}
WANTED = {"romeo": "10.10.0.100", "juliet": "10.10.0.101"}


def cells():
    """The code, by the cells' names; compiled."""
    notebook = json.loads(NOTEBOOK.read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {cell["id"]: compile("".join(cell["source"]), f"{NOTEBOOK.name}:{cell['id']}", "exec") for cell in code}


def of_nobody():
    """A manager that asks nobody: its keys open nothing. In an empty folder."""
    from fabrictestbed_extensions.fablib.fablib import FablibManager

    for file in ("token", "key"):
        pathlib.Path(file).touch()
    return FablibManager(
        offline=True,
        validate_config=False,
        no_ssh=True,
        fabric_rc="rc",
        token_location="token",
        project_id="none",
        bastion_username="nobody",
        bastion_key_location="key",
        data_dir=".",
        log_file=os.path.abspath("log"),
    )


def complaints(code):
    names = {"fablib": of_nobody(), "site": "EDUKY"}
    exec(code["build"], names)
    exec(code["export"], names)
    written = json.loads(pathlib.Path("slice.json").read_text())
    missing = [NODE_KEYS - set(node) for node in written["nodes"]]
    missing += [INTERFACE_KEYS - set(interface) for interface in written["interfaces"]]
    if any(missing):
        yield f"not written: {missing}"
    nodes = {node["name"]: node["username"] for node in written["nodes"]}
    if nodes != dict.fromkeys(WANTED, "ubuntu"):
        yield f"nodes and their users: {nodes}"
    networks = {interface["node"]: interface["network"] for interface in written["interfaces"]}
    if networks != dict.fromkeys(WANTED, "net"):
        yield f"nodes and their networks: {networks}"
    # What the slice is asked for; a node tells its address once it is there.
    asked = {end.get_node().get_name(): end.get_fablib_data() for end in names["slice"].get_interfaces()}
    if {name: (data["addr"], data["mode"]) for name, data in asked.items()} != {
        name: (address, "config") for name, address in WANTED.items()
    }:
        yield f"addresses: {asked}"
    if str(names["net"].get_subnet()) != "10.10.0.0/24":
        yield f"subnet: {names['net'].get_subnet()}"


def main():
    code = cells()
    if list(code) != CELLS:
        print(f"the cells are {list(code)}, and not {CELLS}")
        return 1
    if sys.argv[1:] != ["--offline"]:
        print("as expected")
        return 0
    if importlib.util.find_spec("fabrictestbed_extensions") is None:
        print("skipped: there is no fabrictestbed-extensions==2.0.9 (0.5 GB) here")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        os.chdir(folder)
        found = list(complaints(code))
        os.chdir("/")
    print("\n".join(found) or "as expected")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
