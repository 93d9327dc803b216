"""A testbed of one layout, runs of balcony on its desk, and complaints about how they went."""

import contextlib
import itertools
import re

import layouts
from desk import Desk
from running import Running
from testbed import Testbed

SHORT = "host romeo\nhost juliet\nromeo> sock = socket(udp)\nromeo> sock.close()\n"
GONE_SECONDS = 10  # an agent whose link was cut has noticed by then
# What may stay: an agent's file on a host, and the hosts' keys on the desk.
AGENT = r"balcony-agent-[0-9a-f]{16}"
IN_CACHE = rf"(\S*/)?\.cache(/balcony(/({AGENT}|known_hosts(/[0-9a-f]+)?))?)?"
ELSEWHERE = rf"/(var/tmp|dev/shm)/balcony-\d+(/{AGENT})?"
KEPT = rf"file ({IN_CACHE}|{ELSEWHERE})$"


class Stage:
    """A testbed of one layout, and runs on its desk. `options` are the layout's."""

    def __init__(self, balcony, layout="direct", **options):
        self.balcony, self.layout, self.options = balcony, layout, options
        self.numbers = itertools.count(1)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.bed = stack.enter_context(Testbed())
            self.logins = layouts.LAYOUTS[self.layout](self.bed, **self.options)
            self.house = stack.enter_context(Desk(self.balcony, self.bed))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def juliet(self):
        return self.logins["juliet"].host

    def lines(self, **instead):
        """The ssh line of each host; `instead` has others for some."""
        return {name: login.command for name, login in self.logins.items()} | instead

    def lines_of(self, user):
        return {name: login.by(user).command for name, login in self.logins.items()}

    def play(self, *files, lines=None, given=SHORT):
        """Runs files, or what is given, to the end, on hosts that are reached by these lines."""
        return self.house.run("run", *(files or ["-"]), *hosts(lines or self.lines()), given=given)

    def begin(self, lab, lines=None):
        """Starts a run of this text."""
        file = self.house.folder / f"lab{next(self.numbers)}.balcony"
        file.write_text(lab)
        return Running(self.house.start("run", file, *hosts(lines or self.lines()), stdin=-1))

    def passes(self, **options):
        yield from complaints(self.play(**options), 0, "# passed")

    def fails(self, *wanted, code=3, **options):
        """Complains where a run does not end with this code and these words; and of what it left."""
        yield from complaints(self.play(**options), code, *wanted)
        yield from self.left()

    def left(self, patience=GONE_SECONDS, but=r"$^"):
        """Complains of what is left, but for what this pattern is found in."""
        self.house.kept = re.compile(f"{KEPT}|{but}").search
        yield from (f"left {what}" for what in self.house.left(patience))


def repeated(test):
    """A test that is made as often as is asked for, each time on a new testbed."""

    def all_runs(options):
        for _ in range(options.runs):
            yield from test(options)

    return all_runs


def hosts(lines):
    return [word for name, line in lines.items() for word in ("--host", f"{name}={line}")]


def complaints(outcome, code, *wanted):
    """Complains unless a run ended with this code and said these words, which are regular expressions."""
    missing = [words for words in wanted if not re.search(words, outcome.text)]
    if outcome.code != code or missing:
        yield f"wanted exit {code} and {missing or wanted}, got {outcome}"
