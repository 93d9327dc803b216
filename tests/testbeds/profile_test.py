"""The CloudLab profile, run under geni-lib: the request that it prints has two nodes on one LAN."""

import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import geni_lib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
RSPEC = "{http://www.geni.net/resources/rspec/3}"
WANTED = {"romeo": "10.10.0.100", "juliet": "10.10.0.101"}


def request(folder, *arguments):
    """What the profile prints."""
    words = [sys.executable, "-W", "ignore", ROOT / "clients/testbeds/profile.py", *arguments]
    environment = {**os.environ, "PYTHONPATH": folder}
    printed = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=True).stdout
    return ElementTree.fromstring(printed.encode())


def complaints(rspec):
    if rspec.tag != f"{RSPEC}rspec" or rspec.get("type") != "request":
        yield f"{rspec.tag} of type {rspec.get('type')}"
    found = {}
    for node in rspec.findall(f"{RSPEC}node"):
        (interface,) = node.findall(f"{RSPEC}interface")
        (address,) = interface.findall(f"{RSPEC}ip")
        found[node.get("client_id")] = address.get("address")
        if address.get("netmask") != "255.255.255.0" or address.get("type") != "ipv4":
            yield f"{node.get('client_id')}: {address.attrib}"
    if found != WANTED:
        yield f"nodes: {found}"
    (link,) = rspec.findall(f"{RSPEC}link")
    ends = {end.get("client_id") for end in link.findall(f"{RSPEC}interface_ref")}
    if ends != {f"{name}:eth1" for name in WANTED} or link.find(f"{RSPEC}link_type").get("name") != "lan":
        yield f"link: {ElementTree.tostring(link)}"


def types_of(rspec):
    return [hardware.get("name") for hardware in rspec.iter(f"{RSPEC}hardware_type")]


def main():
    if lacking := geni_lib.why_not():
        print(lacking)
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        geni_lib.convert(folder)
        plain, chosen = request(folder), request(folder, "--hardware", "m400")
        found = [*complaints(plain), *complaints(chosen)]
        if types_of(plain) != [] or types_of(chosen) != ["m400", "m400"]:
            found.append(f"types of nodes: {types_of(plain)}, {types_of(chosen)}")
    print("\n".join(found) or "as expected")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
