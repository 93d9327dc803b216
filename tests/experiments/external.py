"""Programs that somebody else runs, and hosts without an agent: ours connect to them, and they connect to ours."""

import contextlib
import json
import os
import re
import socket
import sys
import threading

from household import Household, read_options

WEB = "127.0.0.9"
CONNECTS = """host romeo 10.10.0.100/24
host web   external {web}
set port = {port}
romeo> sock = socket(tcp)
romeo> sock.connect(web:port)
romeo> sock.getpeername()                     => web:port
romeo> sock.sendall("But, soft!")
romeo> sock.recv(10, waitall)                 => "But, soft!"
romeo> sock.shutdown(wr)
romeo> sock.recv(10)                          => eof
"""
# Romeo tells where he listens, and is called.
LISTENS = """host romeo 10.10.0.100/24
host web   external {web}
set port = {port}
romeo> door = socket(tcp)
romeo> door.bind(romeo:0)
romeo> door.listen()
romeo> here = door.getsockname()
romeo> call = socket(udp)
romeo> call.bind(here)
romeo> call.sendto("Call me", web:port)       => 7
romeo> conn, peer = door.accept()             => _, web:*
romeo> conn.recv(64, until="\\n")              => "Art thou not Romeo?\\n"
romeo> conn.getpeername()                     => {pattern}
"""


@contextlib.contextmanager
def echo_server():
    """Gives back to one client at a time what comes from it. Yields its port."""
    with socket.create_server((WEB, 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    conn, _ = listener.accept()
                    with conn:
                        while data := conn.recv(1024):
                            conn.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextlib.contextmanager
def caller():
    """Connects to whoever sends it a datagram, from WEB. Yields the port for that."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mail:
        mail.bind((WEB, 0))

        def serve():
            while True:
                data, sender = mail.recvfrom(64)
                if not data:
                    return
                with socket.create_connection(sender, source_address=(WEB, 0)) as conn:
                    conn.sendall(b"Art thou not Romeo?\n")
                    conn.recv(1)  # until he has gone

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield mail.getsockname()[1]
        mail.sendto(b"", mail.getsockname())
        thread.join()


class Trial:
    """Plays scripts, and collects what is wrong with how that went."""

    def __init__(self, house):
        self.house = house
        self.complaints = []

    def expect(self, code, words, script, *arguments):
        lab = self.house.folder / "lab.balcony"
        lab.write_text(script)
        outcome = self.house.run("run", lab, *arguments)
        missing = [word for word in words if not re.search(word, outcome.text, re.MULTILINE)]
        if outcome.code != code or missing:
            self.complaints.append(f"{arguments}: wanted exit {code} and {missing or words}, got {outcome}")


def plays(trial, fleet):
    with echo_server() as port:
        opening = rf"# .*: romeo \S+, web \(external\) {re.escape(WEB)}$"
        trial.expect(0, [opening, "=> web:", "# passed: 7 steps"], CONNECTS.format(web=WEB, port=port), *fleet)
    with caller() as port:
        script = LISTENS.format(web=WEB, port=port, pattern="web:*")
        trial.expect(0, [r"=> _?.*web:\d+", "# passed"], script, *fleet)
        script = LISTENS.format(web=WEB, port=port, pattern="romeo:*")  # so it says something
        trial.expect(1, ["expected romeo:\\*, got web:"], script, *fleet)


def the_report(trial, fleet):
    folder = trial.house.folder / "report"
    with echo_server() as port:
        trial.expect(0, [], CONNECTS.format(web=WEB, port=port), *fleet, "--report", folder)
    hosts = json.loads((folder / "report.json").read_text())["files"][0]["hosts"]
    kinds = [(host["name"], host["kind"], bool(host.get("agent_version"))) for host in hosts]
    if kinds != [("romeo", "HOST_KIND_AGENT", True), ("web", "HOST_KIND_EXTERNAL", False)]:
        trial.complaints.append(f"the hosts of the report: {hosts}")
    if hosts[1]["addresses"] != [WEB]:
        trial.complaints.append(f"the address of an external host is not its own: {hosts}")


def what_cannot_be(trial, agent):
    far = CONNECTS.format(web="192.0.2.9", port=7)
    near = CONNECTS.format(web=WEB, port=7)
    trial.expect(3, ["not run: .*web is external, and hosts in namespaces reach nobody outside", "--agent"], near)
    trial.expect(3, ["web is external at 192.0.2.9, and hosts on loopback addresses reach nobody"], far, "--fleet", "loopback")
    trial.expect(2, ["--agent web: web is external and has no agent"], near, "--agent", f"web={agent}")
    trial.expect(2, [r":5:1: web is external and has no agent"], near.replace("romeo> sock.con", "web> sock.con"))


def main():
    options = read_options(__doc__)
    with Household(options.balcony) as house:
        trial = Trial(house)
        agent = os.path.join(os.path.dirname(house.balcony), "balcony-agent") + " --stdio"
        shared = ("--fleet", "loopback")
        plays(trial, shared)
        the_report(trial, shared)
        what_cannot_be(trial, agent)
        # Two hosts on agents of this machine are played by loopback addresses; the external one never is.
        second = "host juliet 10.10.0.101/24\n"
        given = ("--agent", f"romeo={agent}", "--agent", f"juliet={agent}")
        with echo_server() as port:
            trial.expect(0, ["10.10.0.100 is played by", "# passed"], second + CONNECTS.format(web=WEB, port=port), *given)
        complaints = trial.complaints + [f"left behind: {what}" for what in house.left()]
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
