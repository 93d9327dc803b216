"""Networks between rooms: a room of its own with a bridge for each, and cables from there to the others' interfaces."""

import ipaddress

from rooms import Room

DISABLED, FORWARDING = 0, 3  # states of a bridge's port, see bridge(8)


class Port:
    """Where a cable ends at a bridge."""

    def __init__(self, room, name):
        self.room = room
        self.name = name

    def _set(self, state):
        self.room.run("bridge", "link", "set", "dev", self.name, "state", state)

    def cut(self):
        """Nothing passes any more, and nobody is told: no reset, no loss of carrier, all addresses stay."""
        self._set(DISABLED)

    def mend(self):
        self._set(FORWARDING)

    def slow_down(self, rate):
        """Lets no more than this ("20mbit") through to the host, so that a copy can be met in its midst."""
        bucket = ("rate", rate, "burst", "32k", "latency", "1s")
        self.room.run("tc", "qdisc", "replace", "dev", self.name, "root", "tbf", *bucket)

    def full_speed(self):
        self.room.run("tc", "qdisc", "delete", "dev", self.name, "root")


class Wires(Room):
    """All networks of a testbed. `leaves` is as Room's."""

    def __init__(self, leaves):
        super().__init__("net", leaves=leaves)
        self.networks = set()
        self.number = 0

    def _bridge(self, network):
        if network not in self.networks:
            self.ip(f"link add {network} type bridge mcast_snooping 0", f"link set {network} up")
            self.networks.add(network)

    def plug(self, room, interface, network, addresses):
        """Gives a room an interface on this network, with these addresses ("10.77.0.11/24"). Gives the port."""
        self._bridge(network)
        self.number += 1
        port = f"port{self.number}"
        self.ip(
            f"link add {port} type veth peer name {interface} netns {room.pid}",
            f"link set {port} master {network} up",
        )
        # Without this an IPv6 address cannot be used before a second has passed.
        room.sysctl(**{f"ipv6__conf__{interface}__accept_dad": 0, "ipv6__conf__all__accept_dad": 0})
        broadcast = {4: "brd +", 6: "nodad"}
        room.ip(
            "link set lo up",
            f"link set {interface} up",
            *(f"addr add {a} {broadcast[ipaddress.ip_interface(a).version]} dev {interface}" for a in addresses),
        )
        return Port(self, port)
