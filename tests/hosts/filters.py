"""What nftables do in a room: firewalls on an interface, and counts of what passes through it."""

import itertools
import json

# What a firewall does with what it does not let in, and what a client on Linux then is told by connect(2).
VERDICTS = {
    "admin-prohibited": "reject with icmpx admin-prohibited",  # firewalld: EHOSTUNREACH
    "port-unreachable": "reject with icmpx port-unreachable",  # ECONNREFUSED
    "tcp-reset": "meta l4proto tcp reject with tcp reset",  # ECONNREFUSED
    "drop": "drop",  # nothing, so it waits
}
NUMBERS = itertools.count(1)


class Table:
    """A table of nftables; it goes with the `with` block, or by close()."""

    def __init__(self, room, chains):
        self.room = room
        self.name = f"test{next(NUMBERS)}"
        room.nft(f"table inet {self.name} {{\n{chains}\n}}\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.room.nft(f"delete table inet {self.name}\n")


class Firewall(Table):
    """Lets TCP and UDP into this interface only for what is under way already, and for `spared` ports; what happens to
    the rest is a key of VERDICTS. With `port`, only that one is closed. ICMP passes."""

    def __init__(self, room, interface, verdict, *, port=None, spared=()):
        closed = f"th dport {port}" if port else "meta l4proto { tcp, udp }"
        open_ports = "".join(f"tcp dport {number} accept\n" for number in spared)
        super().__init__(
            room,
            "chain input {\n"
            "type filter hook input priority 0\n"
            f"iifname != {interface} accept\n"
            "ct state established,related accept\n"
            f"{open_ports}{closed} {VERDICTS[verdict]}\n"
            "}",
        )


class Counter(Table):
    """Counts the packets that pass through this interface, in and out, and are from or to one of these TCP ports; all
    IP packets without ports."""

    def __init__(self, room, interface, ports=()):
        numbers = ", ".join(map(str, ports))
        chains = []
        for hook, priority, way in ("prerouting", -400, "iifname"), ("postrouting", 400, "oifname"):
            matches = [f"tcp {end} {{ {numbers} }} " for end in ("sport", "dport")] if ports else [""]
            rules = "\n".join(f"{way} {interface} {match}counter" for match in matches)
            chains.append(f"chain {hook} {{\ntype filter hook {hook} priority {priority}\n{rules}\n}}")
        super().__init__(room, "\n".join(chains))

    def packets(self):
        listed = self.room.run("nft", "-j", "list", "table", "inet", self.name, kinds=("net",)).stdout
        rules = [entry["rule"]["expr"] for entry in json.loads(listed)["nftables"] if "rule" in entry]
        return sum(part["counter"]["packets"] for rule in rules for part in rule if "counter" in part)
