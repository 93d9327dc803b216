"""What a file needs and its hosts do not have: it is skipped, says why, and is never counted among the passed."""

import json
import os
import re
import subprocess
import sys

from household import SKIPPED, Household, read_options

HOSTS = "host romeo  10.10.0.100/24\nhost juliet 10.10.0.101/24\n"
STEPS = "juliet> sock = socket(udp)\njuliet> sock.bind(juliet:4000)\n"
# An agent in a network of its own, in which 192.0.2.1 leads somewhere, and all else as well.
WITH_DEFAULT_ROUTE = (
    "unshare --user --map-root-user --net sh -c "
    '"ip link set lo up && ip address add 10.10.0.100/24 dev lo && ip route add default dev lo && exec {agent} --stdio"'
)


class Trial:
    """Plays scripts, and collects what is wrong with how that went."""

    def __init__(self, house):
        self.house = house
        self.complaints = []

    def file(self, name, *lines):
        path = self.house.folder / name
        path.write_text(HOSTS + "".join(line + "\n" for line in lines) + STEPS)
        return path

    def expect(self, code, words, *arguments):
        outcome = self.house.run("run", *arguments)
        missing = [word for word in words if not re.search(word, outcome.text, re.MULTILINE)]
        if outcome.code != code or missing:
            self.complaints.append(f"run {arguments}: wanted exit {code} and {missing or words}, got {outcome}")
        return outcome

    def skips(self, need, why, *arguments):
        """Whether a file with that need is skipped, before any of its steps."""
        outcome = self.expect(
            3, [rf"^# skipped: needs {re.escape(need)}, and {why}$"], self.file("lab.balcony", f"needs {need}"), *arguments
        )
        if "socket(udp)" in outcome.out or "passed" in outcome.out:
            self.complaints.append(f"needs {need}: a step was begun, or it was called passed: {outcome}")


def on_loopback_addresses(trial):
    shared = ("--fleet", "loopback")
    trial.skips("wire", "hosts on loopback addresses have none", *shared)
    trial.skips("broadcast", "romeo's lo carries none", *shared)
    trial.skips("mtu 1500", "that of romeo's lo is 65536", *shared)
    trial.skips("kernel 99.1", r"romeo's is \d+\.\d+\S*", *shared)
    trial.expect(0, ["# passed: 2 steps"], trial.file("lab.balcony", "needs mtu 65536", "needs kernel 3"), *shared)
    # What it needs comes before what cannot be played there.
    six = trial.file("six.balcony", "host nurse fd00::1/64", "needs ipv6")
    trial.expect(3, ["# skipped: needs ipv6, and hosts on loopback addresses have IPv4 alone"], six, *shared)
    own = trial.file("own.balcony", "sysctl juliet net.ipv4.tcp_ecn = 1", "needs wire")
    trial.expect(3, ["# skipped: needs wire"], own, *shared)
    own = trial.file("own.balcony", "sysctl juliet net.ipv4.tcp_ecn = 1", "needs broadcast")
    trial.expect(3, ["# skipped: needs broadcast"], own, *shared)
    own.write_text(own.read_text().replace("broadcast", "mtu 65536"))
    trial.expect(3, ["# not run: .*sysctl net.ipv4.tcp_ecn of juliet"], own, *shared)
    stranger = "juliet> sock.sendto(\"x\", 10.10.0.255:4000) => EACCES\n"
    far = trial.file("far.balcony", "needs broadcast")
    far.write_text(far.read_text() + stranger)
    trial.expect(3, ["# skipped: needs broadcast"], far, *shared)
    far.write_text(far.read_text().replace("needs broadcast", "needs mtu 65536"))
    trial.expect(3, ["# not run: .*10.10.0.255 is no host's"], far, *shared)


def the_exit_code(trial):
    """Skipped files change nothing beside others; alone they are 3."""
    shared = ("--fleet", "loopback")
    plays = trial.file("plays.balcony")
    skipped = trial.file("skipped.balcony", "needs wire")
    fails = trial.file("fails.balcony")
    fails.write_text(fails.read_text() + "juliet> sock.bind(juliet:4000) => EADDRINUSE\n")
    wrong = trial.file("wrong.balcony", "needs wier")
    trial.expect(0, ["# 2 files: 1 passed, 1 skipped"], plays, skipped, *shared)
    trial.expect(0, ["# 2 files: 1 passed, 1 skipped"], skipped, plays, *shared)
    trial.expect(3, ["# 2 files: 2 skipped"], skipped, skipped, *shared)
    trial.expect(1, ["# 2 files: 1 failed, 1 skipped"], fails, skipped, *shared)
    trial.expect(2, ["# 2 files: 1 invalid, 1 skipped", "did you mean wire"], wrong, skipped, *shared)


def the_report(trial):
    folder = trial.house.folder / "report"
    lab = trial.file("lab.balcony", "needs broadcast")
    trial.expect(3, [], lab, "--fleet", "loopback", "--report", folder)
    (file,) = json.loads((folder / "report.json").read_text())["files"]
    verdict = file["verdict"], file["message"], file.get("steps", []), [host["name"] for host in file["hosts"]]
    if verdict != ("VERDICT_SKIPPED", "needs broadcast, and romeo's lo carries none", [], ["romeo", "juliet"]):
        trial.complaints.append(f"the report of a skipped file: {file}")


def in_namespaces(trial):
    for need in ("broadcast", "ipv6", "ipv6-loopback", "kernel 4.0", "mtu 1500", "multicast", "no-default-route", "raw", "wire"):
        trial.expect(0, ["# passed: 2 steps"], trial.file("lab.balcony", f"needs {need}"))
    trial.skips("mtu 1501", "that of romeo's eth0 is 1500")
    trial.skips("privileged-ports", "the agent of romeo has CAP_NET_BIND_SERVICE")


def on_a_given_agent(trial, agent):
    """One that has a default route; the other has none, but is not asked first."""
    command = WITH_DEFAULT_ROUTE.format(agent=agent)
    lab = trial.house.folder / "one.balcony"
    script = "host romeo 10.10.0.100/24\nneeds {}\nromeo> sock = socket(udp)\nromeo> sock.bind(romeo:4000)\n"
    lab.write_text(script.format("no-default-route"))
    trial.expect(3, ["# skipped: needs no-default-route, and romeo has one by lo"], lab, "--agent", f"romeo={command}")
    lab.write_text(script.format("wire"))
    trial.expect(3, ["# skipped: needs wire, and given agents have none"], lab, "--agent", f"romeo={command}")
    lab.write_text(script.format("mtu 65536"))
    trial.expect(0, ["# passed"], lab, "--agent", f"romeo={command}")


def main():
    options = read_options(__doc__)
    with Household(options.balcony) as house:
        trial = Trial(house)
        on_loopback_addresses(trial)
        the_exit_code(trial)
        the_report(trial)
        left_out = house.why_no_hosts()
        if not left_out:
            in_namespaces(trial)
        alone = ("unshare", "--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up")
        try:
            possible = subprocess.run(alone, check=False).returncode == 0
        except FileNotFoundError:
            possible = False
        if possible:
            on_a_given_agent(trial, os.path.join(os.path.dirname(house.balcony), "balcony-agent"))
        left_out = left_out or (None if possible else "no network of its own for an agent: unshare, ip")
        complaints = trial.complaints + [f"left behind: {what}" for what in house.left()]
    print("\n".join(complaints) or left_out or "")
    return 1 if complaints else SKIPPED if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
