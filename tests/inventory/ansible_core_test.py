"""Ansible's reading of random inventories, INI and YAML, against ours: hosts, ranges, and whose variables win.

    build/python/bin/python3 tests/inventory/ansible_core_test.py --dump build/dev/bin/inventory_dump --count 200 --seed 1

Exit 77: ansible-core is not there.
"""

import argparse
import os
import pathlib
import random
import shlex
import sys
import tempfile

import yaml

import dump

os.environ["ANSIBLE_HOME"] = os.path.join(tempfile.gettempdir(), "balcony-ansible")

try:
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.vars.manager import VariableManager
except ImportError as error:
    print(f"skipped: {error}; ./dev test makes build/python")
    sys.exit(dump.SKIPPED)

PATTERNS = [f"node{i}.example.net" for i in range(4)] + ["w[1:3]", "z[08:12:2]", "q[a:c]t", "n[1:2][a:b]"]
KINDS = {
    "ansible_user": lambda rng: rng.choice(["alice", "bob", "carol"]),
    "ansible_host": lambda rng: f"h{rng.randint(1, 99)}.example.net",
    "ansible_port": lambda rng: rng.randint(20, 30),
    "ip": lambda rng: f"10.0.0.{rng.randint(1, 200)}",
    "ansible_ssh_private_key_file": lambda rng: rng.choice(["/keys/a", "/keys/b", "/keys/c d"]),
    "other": lambda rng: rng.choice(["x", "{{ y }}"]),
}


def variables(rng, of_group=False):
    said = {name: value(rng) for name, value in KINDS.items() if rng.random() < 0.25}
    if of_group and rng.random() < 0.2:
        said["ansible_group_priority"] = rng.randint(1, 9)
    return said


def host_lines(rng):
    lines = []
    for _ in range(rng.randint(0, 3)):
        port = rng.choice(["", "", f":{rng.randint(2200, 2299)}"])
        said = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in variables(rng).items())
        lines.append(f"{rng.choice(PATTERNS)}{port} {said}")
    return lines


def random_ini(rng):
    groups = [f"g{i}" for i in range(rng.randint(1, 6))]
    lines = host_lines(rng)
    for group in rng.sample(groups, len(groups)):
        lines += [f"[{group}]", *host_lines(rng)]
        if rng.random() < 0.6:
            lines.append(f"[{group}:vars] # and behind it")
            lines += [f"{name} = {rng.choice([str, repr])(value)}" for name, value in variables(rng, True).items()]
    for place, group in enumerate(groups):
        children = [child for child in groups[place + 1 :] if rng.random() < 0.4]
        lines += [f"[{group}:children]", *children] if children else []
    lines += ["[all:vars]", *(f"{name}={value}" for name, value in variables(rng).items())]
    return "\n".join(lines) + "\n"


def random_group(rng, depth):
    parts = {}
    if rng.random() < 0.8:
        parts["hosts"] = {rng.choice(PATTERNS): variables(rng) or None for _ in range(rng.randint(0, 3))}
    if rng.random() < 0.6:
        parts["vars"] = variables(rng, True)
    if depth < 4 and rng.random() < 0.7:
        names = [f"g{rng.randint(0, 7)}{'abcdef'[depth]}" for _ in range(rng.randint(1, 3))]
        parts["children"] = {name: random_group(rng, depth + 1) or None for name in names}
    return dict(rng.sample(list(parts.items()), len(parts)))


def random_yaml(rng):
    roots = rng.choice([["all"], ["lab", "other"]])
    return yaml.safe_dump({root: random_group(rng, 0) for root in roots}, sort_keys=False)


def theirs(text, name):
    """Returns {host: (user, address, port, key, data)}."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / name
        file.write_text(text)
        loader = DataLoader()
        inventory = InventoryManager(loader=loader, sources=[str(file)])
        manager = VariableManager(loader=loader, inventory=inventory)
        found = {}
        for host in inventory.get_hosts():
            said = manager.get_vars(host=host, include_hostvars=False)
            port = str(said.get("ansible_port", ""))
            found[host.name.split(".")[0]] = (
                said.get("ansible_user", ""), said.get("ansible_host", host.name), "" if port == "22" else port,
                said.get("ansible_ssh_private_key_file", ""), said.get("ip", ""))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dump", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    compared = 0
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        for make, name in ((random_ini, "inventory.ini"), (random_yaml, "inventory.yml")):
            text = make(random.Random(seed))
            expected = theirs(text, name)
            read = dump.dump(arguments.dump, text, name=name)
            if not expected and isinstance(read, str) and "it has no hosts" in read:
                continue
            ours = read if isinstance(read, str) else {
                host: (*dump.login_of(place["ssh"]), place.get("data", "")) for host, place in read.items()}
            if ours != expected:
                print(f"{text}\n{name} of seed {seed}: Ansible: {expected}\nours: {ours}")
                return 1
            compared += 1
    print(f"{compared} inventories with hosts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
