"""Plays a sequence in two worlds, step by step, and says where they part."""

import collections
import os
import socket
import time
from dataclasses import dataclass, field, replace
from typing import Any

import calls
import rows
import rules
from world import BLOCKED

# For how long what must become the same may still differ: what the kernel's own threads have yet to do.
PATIENCE_S = 3.0


BYTES = 1 << 20
MUCH = "much"
SHOWN = 16  # bytes of data
NAMING = ("accept", "dup")  # their argument is the slot for a new socket
FIRST_RECEIVE = 1 << 16  # numbers of calls that are not steps


@dataclass(frozen=True)
class Step:
    """One call on the socket in a slot. What is behind the arguments is what the player knows of that socket."""

    name: str
    slot: int
    arguments: tuple
    family: Any = socket.AF_INET
    waits: bool = False
    ends_by_itself: bool = False

    @property
    def row(self):
        return rows.BY_NAME[self.name]

    def __str__(self):
        return f"s{self.slot}.{self.name}({', '.join(map(repr, self.arguments))})"


@dataclass
class Slot:
    """What the player knows of a socket, which may be in several slots: enough to leave out what cannot be compared."""

    family: Any
    transport: str
    blocking: bool = True
    shut: bool = False  # in any direction
    connected: bool = False  # once
    waiting: dict = field(default_factory=dict)  # direction: the number of the call
    options: dict = field(default_factory=dict)  # that were set, to what

    @property
    def lingers(self):
        """Whether its close may have to wait."""
        on, time = self.options.get("SO_LINGER", (False, 0))
        return on and time != 0


def brief(result):
    """A result in a few words: much data is told by its size."""
    if isinstance(result, tuple):
        return f"({', '.join(map(brief, result))})"
    if isinstance(result, bytes) and len(result) > SHOWN:
        return f"{result[:SHOWN]!r}… of {len(result)}"
    return repr(result)


class Parted(AssertionError):
    """The worlds have parted."""


def _sent_and_received(world, number, send, receive):
    """How the send ended, how much came, and whether it is what was sent."""
    sent = world.do(number, send)
    left = BYTES if sent == BLOCKED else sent[1] if sent[0] == "ok" and send.name == "send" else 0
    received, extra = b"", FIRST_RECEIVE
    while len(received) < left:
        extra += 1
        came = world.do(extra, receive)
        while came == BLOCKED or sent == BLOCKED and len(received) + len(came[1][0]) == left:
            ended = world.ended()
            sent = ended.get(number, sent)
            came = ended.get(extra, came)
        received += came[1][0]
    return sent[0], received == calls.text(left), sent[1]


class Player:
    """Plays sequences in two worlds."""

    def __init__(self, ours, theirs):
        self._worlds = (ours, theirs)
        self.steps = self.waited = 0
        self.seen = collections.Counter()  # calls and what came of them

    def play(self, steps):
        """Plays them all, from nothing on. Raises Parted."""
        self._slots, self._waiting, self._story, self._over = {}, {}, [], False
        self._early = ({}, {})  # calls that have ended before anybody looked
        try:
            for number, step in enumerate(steps, 1):
                if self._over:
                    break
                if step.name == MUCH:
                    self._send_much(number, step)
                elif fit := self._fit(step):
                    self._step(number, fit)
        finally:
            for world in self._worlds:
                world.reset()

    # The step as it is to be played, or None: rules.py says why something is not.
    def _fit(self, step):
        slot = self._slots.get(step.slot)
        if step.name == "socket":
            return None if slot or self._promised(step.slot) else replace(step, family=step.arguments[0])
        if slot is None:
            return None
        step = replace(step, arguments=rules.fitting(step, slot), family=slot.family)
        step = replace(step, waits=rules.waits(step, slot))
        step = replace(step, ends_by_itself=rules.ends_by_itself(step, slot))
        own = any(self._waiting[number].slot == step.slot for number in slot.waiting.values())
        if rules.leaves_out(step, slot, own):
            return None
        if step.name in NAMING and (step.arguments[0] in self._slots or self._promised(step.arguments[0])):
            return None
        return step

    # Of sockets that share a port by SO_REUSEPORT the kernel draws one by lot: there is nothing more to compare.
    def _shares(self, slot):
        def port(one):
            return self._worlds[0].where(one)[1]

        sharing = [one for one, known in self._slots.items() if known.options.get("SO_REUSEPORT")]
        return slot in sharing and any(
            self._slots[one] is not self._slots[slot] and port(one) == port(slot) for one in sharing
        )

    def _promised(self, slot):
        return any(step.name in NAMING and step.arguments[0] == slot for step in self._waiting.values())

    def _step(self, number, step):
        self.steps += 1
        ours, theirs = self._both(number, step)
        self._tell(f"{number:3}  {step}", ours, theirs)
        if not rules.same(step, ours, theirs):
            self._part("the answers differ")
        self.seen[step.name, ours[1] if ours[0] == "errno" else ours[0]] += 1
        if ours == BLOCKED:
            self.waited += 1
            self._waiting[number] = step
            if step.name == "close":
                del self._slots[step.slot]
            else:
                self._slots[step.slot].waiting[step.row.blocks] = number
        else:
            self._learn(step, ours)
        self._settle(rules.disconnects(step, self._slots.get(step.slot), ours))

    # What only looks may look again: an acknowledgement can be on its way in one world and there in the other.
    def _both(self, number, step):
        end = time.monotonic() + PATIENCE_S
        while True:
            ours, theirs = (self._do(which, number, step) for which in (0, 1))
            if not rules.looks(step) or rules.same(step, ours, theirs) or time.monotonic() > end:
                return ours, theirs
            os.sched_yield()

    def _do(self, which, number, step):
        world = self._worlds[which]
        result = world.do(number, step)
        end = time.monotonic() + PATIENCE_S
        while step.ends_by_itself and result == BLOCKED and time.monotonic() < end:
            self._early[which].update(world.ended())
            result = self._early[which].pop(number, BLOCKED)
        return result

    # Calls that waited go on, and the kernel's tables change, until both worlds have the same.
    def _settle(self, disconnected=False):
        ended, self._early = self._early, ({}, {})
        end = time.monotonic() + PATIENCE_S
        while True:
            for world, results in zip(self._worlds, ended):
                results.update(world.ended())
            tables = [calls.listing(world.diag.rows()) for world in self._worlds]
            if ended[0].keys() == ended[1].keys() and rules.same_tables(*tables):
                break
            if time.monotonic() > end:
                self._part(
                    f"after it, CPython: ended {ended[0]}, {tables[0]}\n"
                    f"           agent:  ended {ended[1]}, {tables[1]}"
                )
            os.sched_yield()
        for number, ours in ended[0].items():
            self._end(number, ours, ended[1][number], disconnected)

    def _end(self, number, ours, theirs, disconnected):
        step = self._waiting.pop(number)
        self._tell(f"     {number} ended", ours, theirs)
        if not rules.same_end(step, disconnected, ours, theirs):
            self._part("the ends differ")
        # The error that one of them has not taken waits for the next call.
        self._over |= ours != theirs
        if step.name != "close":
            del self._slots[step.slot].waiting[step.row.blocks]
            self._learn(step, ours)

    def _learn(self, step, result):
        if result[0] != "ok":
            return
        if step.name == "socket":
            self._slots[step.slot] = Slot(*step.arguments)
        elif step.name == "accept":
            self._slots[step.arguments[0]] = Slot(step.family, "tcp", options=dict(self._slots[step.slot].options))
        elif step.name == "dup":
            self._slots[step.arguments[0]] = self._slots[step.slot]
        elif step.name == "setsockopt":
            self._slots[step.slot].options[step.arguments[0]] = step.arguments[1]
        elif step.name == "bind" and self._shares(step.slot):
            self._over = True
        elif step.name == "connect":
            self._slots[step.slot].connected = True
        elif step.name == "setblocking":
            self._slots[step.slot].blocking = step.arguments[0]
        elif step.name == "shutdown":
            self._slots[step.slot].shut = True
        elif step.name == "close":
            del self._slots[step.slot]

    # More than the buffers hold: how much of it is taken at a time is nobody's promise, so all of it is received before
    # the worlds are compared again.
    def _send_much(self, number, step):
        if (reader := self._reader_for(step.slot)) is None:
            return
        self.steps += 1
        name = "sendall" if self._slots[step.slot].blocking else "send"
        send = Step(name, step.slot, (BYTES,) if name == "sendall" else (BYTES, calls.Flags()), waits=name == "sendall")
        receive = Step("recv", reader, (BYTES, calls.Flags()), waits=True)
        ours, theirs = (_sent_and_received(world, number, send, receive) for world in self._worlds)
        self._story.append(f"{number:3}  {send} and all of it received  => CPython {ours[:2]}, agent {theirs[:2]}")
        self.seen[step.name, name] += 1
        if not rules.same_much(ours, theirs):
            self._part("much is not sent alike")
        self._settle()

    # The slot of the other end, if nothing else is under way between the two.
    def _reader_for(self, slot):
        other = self._worlds[0].other_end(slot)
        for end in (slot, other):
            known = self._slots.get(end)
            if known is None or known.shut or known.waiting or not rules.much_fits(known):
                return None
        return other if self._slots[other].blocking else None

    def _tell(self, what, ours, theirs):
        self._story.append(f"{what}  => CPython {brief(ours)}, agent {brief(theirs)}")

    def _part(self, how):
        raise Parted("\n".join([*self._story, how]))
