"""geni-lib's reading of manifests, the sample and random ones, against ours.

    build/python/bin/python3 tests/inventory/geni_lib_test.py --dump build/dev/bin/inventory_dump --count 200 --seed 1

Exit 77: geni-lib is not there.
"""

import argparse
import pathlib
import random
import sys
from xml.etree import ElementTree

import dump

try:
    from geni.rspec.pgmanifest import Manifest
except ImportError as error:
    print(f"skipped: {error}; ./dev test makes build/python")
    sys.exit(dump.SKIPPED)

GENI = "{http://www.geni.net/resources/rspec/3}"
EMULAB = "{http://www.protogeni.net/resources/rspec/ext/emulab/1}"
SAMPLES = pathlib.Path(__file__).parent / "corpus"


def shuffled(rng, attributes):
    return dict(rng.sample(list(attributes.items()), len(attributes)))


def add_node(rng, rspec, number, users):
    """Adds a node with some of the users' logins; maybe with none."""
    node = ElementTree.SubElement(rspec, GENI + "node", {"client_id": f"node-{number}", "sliver_id": f"urn:sliver+{number}"})
    children = [ElementTree.Element(GENI + "sliver_type", {"name": rng.choice(["raw-pc", "emulab-xen"])}),
                ElementTree.Element(EMULAB + "vnode", {"name": f"pc{number}", "hardware_type": "d430"})]
    services = ElementTree.Element(GENI + "services")
    port = str(rng.choice([22, rng.randint(25610, 40000)]))
    host = rng.choice([f"pc{rng.randint(1, 9)}.example.net", f"192.0.2.{number}", f"2001:db8::{number:x}"])
    everyone = rng.sample(users, len(users))
    chosen = rng.choices([[], users[:1], everyone, users[-1:]], [2, 4, 8, 0.5])[0]
    for user in chosen:
        login = {"authentication": "ssh-keys", "hostname": host, "port": port, "username": user}
        ElementTree.SubElement(services, GENI + "login", shuffled(rng, login))
    ElementTree.SubElement(services, EMULAB + "console", {"server": "boss"})
    children.append(services)
    for interface in range(rng.randint(0, 3)):
        element = ElementTree.Element(GENI + "interface", {"client_id": f"node-{number}:eth{interface}"})
        if rng.random() < 0.8:
            address = {"address": f"10.{interface}.{number}.1", "netmask": "255.255.255.0", "type": "ipv4"}
            ElementTree.SubElement(element, GENI + "ip", shuffled(rng, address))
        children.append(element)
    children.append(ElementTree.Element(GENI + "host", {"name": f"node-{number}.example.net", "ipv4": f"192.0.2.{100 + number}"}))
    rng.shuffle(children)
    node.extend(children)


def random_manifest(rng):
    """Returns a manifest with nodes, links, a comment, and prefixes that vary."""
    ElementTree.register_namespace(rng.choice(["", "g", "rspec"]), GENI[1:-1])
    rspec = ElementTree.Element(GENI + "rspec", {"type": rng.choice(["manifest", "request"])})
    users = [f"user{i}" for i in range(rng.randint(1, 25))]
    for number in range(1, rng.randint(2, 12)):
        add_node(rng, rspec, number, users)
        rspec.append(ElementTree.Comment(" and <more> "))
    ElementTree.SubElement(rspec, GENI + "link", {"client_id": "lan"})
    if rng.random() < 0.5:
        ElementTree.indent(rspec)
    return ElementTree.tostring(rspec, encoding="unicode")


def theirs(text, user):
    """Returns {node: (user, host, port, [address…])} of the nodes where the user has a login."""
    found = {}
    for node in Manifest(xml=text).nodes:
        login = next((one for one in node.logins if one.username == user), None)
        if login is not None:
            port = "" if login.port == 22 else str(login.port)
            addresses = [interface.address_info[0] for interface in node.interfaces if interface.address_info]
            found[node.client_id] = (user, login.hostname, port, addresses)
    return found


def ours(hosts):
    """Returns the same of a fleet file's hosts."""
    found = {}
    for name, host in hosts.items():
        data = host.get("data", [])
        found[name] = (*dump.login_of(host["ssh"])[:3], data if isinstance(data, list) else [data])
    return found


def without_login(text, user):
    """Returns the nodes that geni-lib finds logins of, but none of the user's."""
    return [node.client_id for node in Manifest(xml=text).nodes if node.logins and user not in {one.username for one in node.logins}]


def difference(program, text, user):
    """Returns what is wrong with our reading, or nothing."""
    read = dump.dump(program, text, user=user)
    lacking = without_login(text, user)
    if lacking:
        return "" if isinstance(read, str) and f": {lacking[0]} has no login of --user {user}" in read else f"not refused: {read}"
    expected = theirs(text, user)
    if not expected:
        return "" if isinstance(read, str) and "no host with a login" in read else f"not refused: {read}"
    if isinstance(read, str):
        return read
    return "" if ours(read) == expected else f"geni-lib: {expected}\nours: {ours(read)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dump", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    cases = [((SAMPLES / "cloudlab-manifest.xml").read_text(), "alice")]
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        rng = random.Random(seed)
        cases.append((random_manifest(rng), "user0"))
    compared = 0
    for number, (text, user) in enumerate(cases):
        wrong = difference(arguments.dump, text, user)
        if wrong:
            print(f"{text}\nmanifest {number} (seed {arguments.seed + number - 1}), --user {user}: {wrong}")
            return 1
        compared += not without_login(text, user) and bool(theirs(text, user))
    print(f"{len(cases)} manifests, {compared} with hosts, the others refused as they should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
